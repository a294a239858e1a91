import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { parse } from "smol-toml";
import { useKeys } from "../lib/keys";
import { Slip } from "../lib/parts";
import { useResource } from "../lib/resource";
import { route, write } from "../lib/route";
import type { Diagnostic, FileLine, StatementLine } from "../lib/types";
import "../style/actors.css";
import "../style/write.css";
import { FileDesk } from "./file";
import { StatementForm } from "./form";
import { seed } from "./seed";
import { Slips } from "./slips";
import type { Values } from "./values";

const TABLES = ["claim", "source", "relation", "estimate", "event", "actor", "place", "control", "question"];
const edit = (id: string) => write("write", "", new URLSearchParams({ edit: id }));

function begun(query: URLSearchParams): Values | null {
  if (query.get("seed") !== "view" || !seed.peek()) return null;
  const read = parse(seed.peek()) as { claim?: Values[] };
  return read.claim?.[0] ?? null;
}

/** Writing: statements in forms, files as text, and what is wrong with them. */
export function WriteScreen() {
  const { rest, query } = route.value;
  const id = query.get("edit");
  const fresh = query.get("new");
  const open = rest !== "" || id !== null || fresh !== null;
  const search = useRef<HTMLInputElement>(null);
  useKeys("Write", [
    { key: "/", does: "find a statement or file", run: () => search.current?.focus() },
    { key: "n", does: "new claim", run: () => (location.hash = "#/write?new=claim") },
    { key: "b", does: "edit the briefing", run: () => (location.hash = "#/write/brief.md") },
    { key: "Escape", does: "back to the list", run: () => (document.activeElement === search.current ? search.current?.blur() : undefined) },
  ]);
  return (
    <div class={open ? "claims write open" : "claims write"}>
      <Shelf search={search} />
      <section class="desk" aria-label="Desk">
        {rest ? <FileDesk key={rest} path={rest} /> : id ? <StatementForm key={id} id={id} table="" seeded={null} /> : fresh ? <StatementForm key={`new ${fresh} ${query.get("seed") ?? ""}`} id={null} table={fresh} seeded={begun(query)} /> : <Problems />}
      </section>
    </div>
  );
}

function Shelf({ search }: { search: preact.RefObject<HTMLInputElement | null> }) {
  const { value: statements, slip } = useResource<StatementLine[]>("/api/statements");
  const { value: files } = useResource<FileLine[]>("/api/files");
  const words = useSignal("");
  const wanted = words.value.toLowerCase();
  const { rest, query } = route.value;
  const now = query.get("edit");
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  const found = (statements ?? []).filter((each) => fits(`${each.id} ${each.label}`));
  return (
    <section class="list-pane" aria-label="Statements and files">
      <div class="sieve" role="search">
        <input ref={search} class="search" type="search" placeholder="Find a statement or file  ( / )" aria-label="Find a statement or file" value={words.value} onInput={(event) => (words.value = event.currentTarget.value)} />
        <div class="new-row">
          <span class="muted small">New</span>
          {TABLES.slice(0, 6).map((table) => <a key={table} class="button small" href={`#/write?new=${table}`}>{table}</a>)}
        </div>
      </div>
      <div class="list" tabIndex={0} role="region" aria-label="List">
        {slip !== null && <Slip slip={slip} />}
        <details open={!wanted || (files ?? []).some((file) => fits(file.path))}>
          <summary class="kind">Files <span class="muted">{files?.length ?? ""}</span></summary>
          {(files ?? []).filter((file) => fits(file.path)).map((file) => (
            <a key={file.path} class="actor-line mono" href={write("write", file.path, new URLSearchParams())} aria-current={file.path === rest ? "true" : undefined}>{file.path}</a>
          ))}
        </details>
        {TABLES.map((table) => {
          const of = found.filter((each) => each.table === table);
          if (of.length === 0) return null;
          return (
            <details key={table} open={wanted !== "" || of.some((each) => each.id === now)}>
              <summary class="kind">{table}s <span class="muted">{of.length}</span></summary>
              {of.slice(0, 400).map((each) => (
                <a key={each.id} class="actor-line two-line" href={edit(each.id)} aria-current={each.id === now ? "true" : undefined}>
                  <span>{each.label}</span>
                  <code class="small muted">{each.id}</code>
                </a>
              ))}
            </details>
          );
        })}
      </div>
    </section>
  );
}

/** What the checker finds wrong with the files, as on the command line. */
function Problems() {
  const { value: slips, slip } = useResource<Diagnostic[]>("/api/diagnostics");
  if (slip) return <Slip slip={slip} />;
  const bad = (slips ?? []).filter((each) => each.severity !== "note");
  const notes = (slips ?? []).filter((each) => each.severity === "note");
  return (
    <div class="problems">
      <h1>{bad.length === 0 ? "The files are in order" : `${bad.length} to mend`}</h1>
      <p class="muted">Open a statement or a file on the left, begin a new one, or <a href="#/write/brief.md">edit the briefing beside its preview</a>. Every save rewrites the file in place and can be undone.</p>
      <Slips slips={bad} />
      {notes.length > 0 && <details><summary>{notes.length} note{notes.length > 1 ? "s" : ""}</summary><Slips slips={notes} /></details>}
    </div>
  );
}
