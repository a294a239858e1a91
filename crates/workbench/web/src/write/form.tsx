import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { ApiError, get, patch, post } from "../lib/api";
import { useKeys } from "../lib/keys";
import { Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { write } from "../lib/route";
import { complain, say } from "../lib/toast";
import type { Completions, Diagnostic, FileLine, Finding, FormTable, Saved, StatementLine, StatementPage, Trial } from "../lib/types";
import { Drafts } from "./drafts";
import { Fields } from "./fields";
import { Slips } from "./slips";
import { changes, keyAt, tidy, type Values } from "./values";
import { LiveVerdict } from "./verdict";

/** Edits a statement, or adds one. */
export function StatementForm({ id, table, seeded }: { id: string | null; table: string; seeded: Values | null }) {
  const { value: vocabulary, slip } = useResource<FormTable[]>("/api/vocabulary");
  const { value: words } = useResource<Completions>("/api/complete");
  const page = useSignal<StatementPage | null>(null);
  const wrong = useSignal<unknown>(null);
  const kept = useSignal<Values | null>(null);
  const ready = useSignal(false);
  const drafts = useMemo(() => new Drafts(`forms/${id ?? `new-${table}`}.toml`), []);
  useEffect(() => {
    Promise.all([id ? get<StatementPage>(`/api/statements/${encodeURIComponent(id)}`) : null, drafts.find()]).then(
      ([found, draft]) => {
        page.value = found;
        if (draft && !seeded) kept.value = JSON.parse(draft.text) as Values;
        ready.value = true;
      },
      (slip: unknown) => {
        wrong.value = slip;
      },
    );
  }, []);
  if (slip ?? wrong.value) return <Slip slip={slip ?? wrong.value} />;
  if (!vocabulary || !ready.value) return <Wait what="Opening the form" />;
  const format = vocabulary.find((each) => each.table === (page.value?.table ?? table));
  if (!format) return <Slip slip={new Error(`There is no table “${table}”.`)} />;
  return <Form format={format} words={words} page={page.value} start={kept.value ?? seeded ?? page.value?.values ?? {}} restored={kept.value !== null} drafts={drafts} />;
}

/** The checker's answer to what is in the form, while it is being typed. */
function useTrial(table: string, values: Values, id: string | null) {
  const state = useSignal<{ trial: Trial | null; pending: boolean }>({ trial: null, pending: true });
  const body = JSON.stringify({ table, values: tidy(values), ...(id ? { id } : {}) });
  useEffect(() => {
    const stop = new AbortController();
    state.value = { ...state.peek(), pending: true };
    const timer = setTimeout(() => {
      post<Trial>("/api/try", JSON.parse(body), stop.signal).then(
        (trial) => {
          state.value = { trial, pending: false };
        },
        (slip: unknown) => {
          if (stop.signal.aborted) return;
          const told = slip instanceof ApiError ? (slip.body as { diagnostics?: Diagnostic[] } | null)?.diagnostics : undefined;
          const lone = { severity: "error", code: "error", message: slip instanceof Error ? slip.message : String(slip), file: "", line: 1, column: 1 } as const;
          state.value = { trial: { diagnostics: told ?? [lone], finding: null, expected: null }, pending: false };
        },
      );
    }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [body]);
  return state.value;
}

/** Diagnostics by the field that they are about; the others stand above the form. */
function byField(trial: Trial | null, fields: string[]) {
  const slips = new Map<string, Diagnostic[]>();
  const loose: Diagnostic[] = [];
  for (const slip of trial?.diagnostics ?? []) {
    if (slip.severity === "note") continue;
    const named = /`([\w-]+)`/.exec(slip.message)?.[1];
    const key = (trial?.toml && keyAt(trial.toml, slip.line)) ?? (named && fields.includes(named) ? named : null);
    if (key) slips.set(key, [...(slips.get(key) ?? []), slip]);
    else loose.push(slip);
  }
  return { slips, loose };
}

function Form({ format, words, page, start, restored, drafts }: { format: FormTable; words: Completions | null; page: StatementPage | null; start: Values; restored: boolean; drafts: Drafts }) {
  const values = useSignal<Values>(start);
  const base = useRef({ values: page?.values ?? {}, hash: page?.hash ?? "" });
  const saving = useSignal(false);
  const file = useSignal(page?.file ?? "");
  const { trial, pending } = useTrial(format.table, values.value, page?.id ?? null);
  const { slips, loose } = byField(trial, format.fields.map((field) => field.name));
  const changed = changes(base.current.values, values.value);
  const dirty = Object.keys(changed).length > 0;
  const errors = (trial?.diagnostics ?? []).filter((slip) => slip.severity === "error").length;
  useEffect(() => {
    if (restored) say("What you had not saved is back.", { act: { label: "Throw it away", run: () => { values.value = page?.values ?? {}; drafts.forget(); } } });
  }, []);
  const set = (next: Values) => {
    values.value = next;
    drafts.keep({ text: JSON.stringify(next), base: base.current.hash });
  };
  const save = async () => {
    // A new statement waits until it is known which file it goes into.
    if (saving.value || !dirty || (!page && !file.value)) return;
    saving.value = true;
    try {
      const saved = page
        ? await patch<Saved>(`/api/statements/${encodeURIComponent(page.id)}`, { values: changed, base: base.current.hash })
        : await append(format.table, tidy(values.value), file.value);
      base.current = { values: values.value, hash: saved.hash };
      values.value = { ...values.value };
      drafts.forget();
      say(`Saved in ${saved.path ?? file.value}.`);
      const now = typeof values.value.id === "string" ? values.value.id : "";
      if (!page && now) location.hash = format.table === "claim" ? write("claims", "", new URLSearchParams({ open: now })) : write("write", "", new URLSearchParams({ edit: now }));
    } catch (slip) {
      if (slip instanceof ApiError && slip.status === 409 && page) {
        const now = await get<StatementPage>(`/api/statements/${encodeURIComponent(page.id)}`);
        const theirs = Object.keys(changes(base.current.values, now.values));
        base.current = { values: now.values, hash: now.hash };
        say(theirs.length === 0 ? "The file changed on disk, this statement did not. Save again to write your change into the new file." : `The file changed on disk: ${theirs.join(", ")} of this statement too. Yours still stands in the form; save again to write it over.`, { bad: true });
        values.value = { ...values.value };
      } else complain(slip);
    } finally {
      saving.value = false;
    }
  };
  useKeys("Form", [{ key: "Ctrl+S", does: "save", run: () => void save() }]);
  return (
    <div class={format.table === "claim" ? "form-desk with-verdict" : "form-desk"}>
      <header class="desk-head">
        <h1>{page ? <code>{page.id}</code> : `New ${format.table}`}</h1>
        <span class="muted small" role="status">{dirty ? "not saved; a draft is kept" : page ? "saved" : ""}{errors > 0 && ` · ${errors} error${errors > 1 ? "s" : ""}`}</span>
        <span class="spring" />
        {page ? <a class="button small" href={write("write", page.file, new URLSearchParams({ line: String(page.line) }))}>As TOML</a> : <Into table={format.table} file={file} />}
        {page && <button type="button" class="button small" disabled={!dirty} onClick={() => { values.value = base.current.values; drafts.forget(); }}>Discard</button>}
        <button type="button" class="button small main" disabled={!dirty || saving.value || (!page && !file.value)} onClick={() => void save()}>Save <kbd>Ctrl S</kbd></button>
      </header>
      <form class="form-body" aria-label={page ? `Edit ${page.id}` : `New ${format.table}`} onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <p class="muted small">{format.doc}</p>
        {loose.length > 0 && <Slips slips={loose.map((slip) => ({ ...slip, file: "" }))} />}
        <Fields fields={format.fields} values={values.value} onChange={set} words={words} slips={slips} />
      </form>
      {format.table === "claim" && <LiveVerdict finding={(trial?.finding as Finding | null) ?? null} pending={pending} />}
    </div>
  );
}

/** A new statement goes into the file that holds most of its kind, or into one that is chosen. */
function Into({ table, file }: { table: string; file: { value: string } }) {
  const { value: all } = useResource<StatementLine[]>("/api/statements");
  const tally = new Map<string, number>();
  for (const each of all ?? []) if (each.table === table) tally.set(each.file, (tally.get(each.file) ?? 0) + 1);
  const files = [...tally].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const options = files.length > 0 ? files : [`${table}s.toml`];
  useEffect(() => {
    if (!file.value && all) file.value = options[0]!;
  }, [all]);
  return (
    <label class="small">into{" "}
      <select value={file.value} onChange={(event) => (file.value = event.currentTarget.value)}>
        {options.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
    </label>
  );
}

async function append(table: string, values: Values, file: string): Promise<Saved> {
  const files = await get<FileLine[]>("/api/files");
  const base = files.find((each) => each.path === file)?.hash ?? "";
  return post<Saved>("/api/statements", { table, values, file, base });
}
