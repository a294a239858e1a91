import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { ApiError, filePath, get, post, put } from "../lib/api";
import { useKeys } from "../lib/keys";
import { lastChange } from "../lib/live";
import { Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { route } from "../lib/route";
import { complain, say } from "../lib/toast";
import type { Completions, Diagnostic, FileText, FormTable, Saved } from "../lib/types";
import { briefCompleter, completer } from "./complete";
import { Conflict } from "./conflict";
import { type Draft, Drafts } from "./drafts";
import { Editor, type EditorHandle } from "./editor";
import { Preview } from "./preview";
import { Slips } from "./slips";

/** A file of the case as text: with diagnostics and completion, and for the briefing its preview. */
export function FileDesk({ path }: { path: string }) {
  const opened = useSignal<{ file: FileText; draft: Draft | null } | null>(null);
  const slip = useSignal<unknown>(null);
  useEffect(() => {
    Promise.all([get<FileText>(`/api/files/${filePath(path)}`), new Drafts(path).find()]).then(
      ([file, draft]) => {
        opened.value = { file, draft: draft && draft.text !== file.text ? draft : null };
      },
      (wrong: unknown) => {
        slip.value = wrong;
      },
    );
  }, [path]);
  if (slip.value) return <Slip slip={slip.value} />;
  if (!opened.value) return <Wait what="Opening the file" />;
  return <Desk path={path} {...opened.value} />;
}

function Desk({ path, file, draft }: { path: string; file: FileText; draft: Draft | null }) {
  const handle = useRef<EditorHandle | null>(null);
  const drafts = useMemo(() => new Drafts(path), [path]);
  const base = useRef({ text: file.text, hash: draft?.base ?? file.hash });
  const text = useSignal(draft?.text ?? file.text);
  const slips = useSignal<Diagnostic[]>([]);
  const clash = useSignal<{ text: string; hash: string } | null>(draft && draft.base !== file.hash ? file : null);
  const asking = useSignal(clash.peek() !== null);
  const saving = useSignal(false);
  const { value: vocabulary } = useResource<FormTable[]>("/api/vocabulary");
  const { value: words } = useResource<Completions>("/api/complete");
  const known = useRef({ vocabulary, words });
  known.current = { vocabulary, words };
  const markdown = path.endsWith(".md");
  const dirty = text.value !== base.current.text;
  const complete = useMemo(() => (markdown ? briefCompleter(() => known.current.words) : completer(() => known.current.vocabulary ?? [], () => known.current.words)), [path]);

  useEffect(() => {
    if (draft) say(`Your unsaved text of ${path} is back.`, { act: { label: "Throw it away", run: () => settle(file) } });
  }, []);

  // Checked while typing, against the whole case.
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      post<{ diagnostics: Diagnostic[] }>("/api/check", { path, text: text.value }, stop.signal).then(({ diagnostics }) => {
        slips.value = diagnostics.filter((each) => each.file === path || each.severity === "error");
        handle.current?.mark(diagnostics.filter((each) => each.file === path));
      }, () => {});
    }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text.value]);

  // What is saved elsewhere shows up here, unless it would overwrite what is being typed.
  const change = lastChange.value;
  useEffect(() => {
    if (!change?.paths.includes(path)) return;
    get<FileText>(`/api/files/${filePath(path)}`).then((now) => {
      if (now.hash === base.current.hash) return;
      if (handle.current?.text() === base.current.text) settle(now);
      else if (handle.current?.text() === now.text) settle(now);
      else {
        clash.value = now;
        asking.value = true;
      }
    }, complain);
  }, [change?.at]);

  const line = route.value.query.get("line");
  useEffect(() => {
    if (line) setTimeout(() => handle.current?.show(Number(line)), 30);
  }, [line]);

  const settle = (now: { text: string; hash: string }) => {
    base.current = { text: now.text, hash: now.hash };
    handle.current?.replace(now.text);
    text.value = now.text;
    clash.value = null;
    drafts.forget();
  };

  const save = async (over?: string) => {
    const now = handle.current?.text() ?? text.value;
    if (saving.value || (now === base.current.text && !over)) return;
    saving.value = true;
    try {
      const saved = await put<Saved>(`/api/files/${filePath(path)}`, { text: now, base: over ?? base.current.hash });
      base.current = { text: now, hash: saved.hash };
      text.value = handle.current?.text() ?? now;
      clash.value = null;
      if (text.value === now) drafts.forget();
      say(`${path} is saved.`);
    } catch (slip) {
      if (slip instanceof ApiError && slip.status === 409) {
        clash.value = slip.body as { text: string; hash: string };
        asking.value = true;
      } else complain(slip);
    } finally {
      saving.value = false;
    }
  };

  useKeys("Editor", [{ key: "Ctrl+S", does: "save", run: () => void save() }]);
  const errors = slips.value.filter((each) => each.severity === "error").length;
  return (
    <div class={markdown ? "file-desk with-preview" : "file-desk"}>
      <header class="desk-head">
        <h1 class="mono">{path}</h1>
        <span class="muted small" role="status">{dirty ? "not saved; a draft is kept" : "saved"}{errors > 0 && ` · ${errors} error${errors > 1 ? "s" : ""}`}</span>
        <span class="spring" />
        {clash.value && <button type="button" class="button small changed" onClick={() => (asking.value = true)}>changed on disk…</button>}
        <button type="button" class="button small" disabled={!dirty} onClick={() => settle({ text: base.current.text, hash: base.current.hash })}>Discard</button>
        <button type="button" class="button small main" disabled={!dirty || saving.value} onClick={() => void save()}>Save <kbd>Ctrl S</kbd></button>
      </header>
      <div class="desk-body">
        <Editor initial={text.peek()} language={markdown ? "markdown" : "toml"} label={path} complete={complete} handle={handle} onSave={() => void save()} onChange={(now) => { text.value = now; if (now === base.current.text) drafts.forget(); else drafts.keep({ text: now, base: base.current.hash }); }} />
        {path === "brief.md" && <Preview text={text.value} onShow={(each) => handle.current?.show(each.line)} />}
      </div>
      {slips.value.length > 0 && (
        <div class="desk-slips" role="region" aria-label="Diagnostics" tabIndex={0}>
          <Slips slips={slips.value} onShow={(each) => (each.file === path ? handle.current?.show(each.line) : (location.hash = `#/write/${filePath(each.file)}?line=${each.line}`))} />
        </div>
      )}
      {clash.value && asking.value && (
        <Conflict path={path} mine={text.value} theirs={clash.value.text} onMine={() => void save(clash.value!.hash)} onTheirs={() => settle(clash.value!)} onClose={() => (asking.value = false)} />
      )}
    </div>
  );
}
