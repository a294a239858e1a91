import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useKeys } from "../lib/keys";
import { Empty, Mark, Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { route, turn, write } from "../lib/route";
import type { ClaimLine, Verdict } from "../lib/types";
import { GLYPH, named, VERDICTS } from "../lib/verdict";
import { Detail } from "./detail";
import { RowDrawer } from "./row";
import { parts, pieces, sift, type Wanted } from "./search";

function wanted(query: URLSearchParams): Wanted {
  return {
    words: query.get("q") ?? "",
    verdicts: (query.get("verdict") ?? "").split(",").filter((each): each is Verdict => VERDICTS.includes(each as Verdict)),
    topic: query.get("topic") ?? "",
    check: query.get("check") ?? "",
    source: query.get("source") ?? "",
    changed: query.get("changed") === "1",
  };
}

/** Claims with their verdicts; one of them open beside the list. */
export function ClaimsScreen() {
  const { value: claims, slip } = useResource<ClaimLine[]>("/api/claims");
  const { query } = route.value;
  const open = query.get("open");
  const row = query.get("row");
  const search = useRef<HTMLInputElement>(null);
  const asked = wanted(query);
  const shown = claims ? sift(claims, asked) : [];
  const step = (by: number) => {
    const at = shown.findIndex((claim) => claim.id === open);
    const next = shown[at < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, at + by))];
    if (next) turn({ open: next.id, row: null }, open !== null);
  };
  useKeys("Claims", [
    { key: "/", does: "search", run: () => search.current?.focus() },
    { key: "j", does: "next claim", run: () => step(1) },
    { key: "k", does: "claim before", run: () => step(-1) },
    { key: "Escape", does: "back to all claims", run: () => (document.activeElement === search.current ? search.current?.blur() : turn({ open: null, row: null })) },
    ...VERDICTS.map((verdict, at) => ({ key: String(at + 1), does: `only ${named(verdict)}`, run: () => turn({ verdict: asked.verdicts.includes(verdict) ? null : verdict }, true) })),
    { key: "0", does: "all verdicts", run: () => turn({ verdict: null }, true) },
    { key: "e", does: "edit the open claim", run: () => open && (location.hash = write("write", "", new URLSearchParams({ edit: open }))) },
  ]);
  if (slip) return <Slip slip={slip} />;
  if (!claims) return <Wait what="Checking the claims" />;
  return (
    <div class={open ? "claims open" : "claims wide"}>
      <section class="list-pane" aria-label="Claims">
        <Sieve claims={claims} asked={asked} shown={shown.length} search={search} />
        {shown.length === 0 ? (
          <Empty title={claims.length === 0 ? "No claims yet" : "No claim fits"}>
            {claims.length === 0 ? <p>A claim is a sentence with a source and a way to test it. <a href="#/write?new=claim">Write the first.</a></p> : <button type="button" class="button" onClick={() => turn({ q: null, verdict: null, topic: null, check: null, source: null, changed: null })}>Show all {claims.length}</button>}
          </Empty>
        ) : (
          <List shown={shown} open={open} words={parts(asked.words)} step={step} />
        )}
      </section>
      {open && (
        <section class="detail" aria-label="Open claim" tabIndex={-1}>
          <Detail id={open} row={row} />
        </section>
      )}
      {row && <RowDrawer id={row} />}
    </div>
  );
}

function List({ shown, open, words, step }: { shown: ClaimLine[]; open: string | null; words: string[]; step: (by: number) => void }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [open]);
  return (
    <ul
      class="list"
      ref={list}
      role="listbox"
      aria-label="Claims"
      aria-activedescendant={open ? `claim-${open}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      }}
    >
      {shown.map((claim) => (
        <Line key={claim.id} claim={claim} open={claim.id === open} words={words} />
      ))}
    </ul>
  );
}

function Line({ claim, open, words }: { claim: ClaimLine; open: boolean; words: string[] }) {
  return (
    <li id={`claim-${claim.id}`} role="option" aria-selected={open} class={`line v-${claim.verdict ?? "not-testable"}`} onClick={() => turn({ open: claim.id, row: null })}>
      <p class="said">{pieces(claim.text, words).map((piece, at) => (piece.hit ? <mark key={at}>{piece.text}</mark> : piece.text))}</p>
      <div class="meta">
        <Mark verdict={claim.verdict} />
        {claim.says && <span>“{claim.says}”{claim.display ? ` → ${claim.display}` : ""}</span>}
        {!claim.says && claim.display && <span>{claim.display}</span>}
        <span>{claim.topic}</span>
        {claim.changed && <span class="changed">changed: {claim.changed}</span>}
      </div>
    </li>
  );
}

const distinct = (values: (string | null | undefined)[]) => [...new Set(values.filter((each): each is string => Boolean(each)))].sort();

function Sieve({ claims, asked, shown, search }: { claims: ClaimLine[]; asked: Wanted; shown: number; search: RefObject<HTMLInputElement | null> }) {
  const fit = sift(claims, asked, "verdicts");
  const counts = VERDICTS.map((verdict) => [verdict, fit.filter((claim) => claim.verdict === verdict).length] as const);
  const toggle = (verdict: Verdict) => {
    const next = asked.verdicts.includes(verdict) ? asked.verdicts.filter((each) => each !== verdict) : [...asked.verdicts, verdict];
    turn({ verdict: next.join(",") }, true);
  };
  return (
    <div class="sieve" role="search">
      <input ref={search} class="search" type="search" placeholder="Search claims  ( / )" aria-label="Search claims" value={asked.words} onInput={(event) => turn({ q: event.currentTarget.value }, true)} />
      <div class="tally" role="group" aria-label="Verdicts">
        {counts.map(([verdict, n]) => (
          <button key={verdict} type="button" class={`v-${verdict}`} aria-pressed={asked.verdicts.includes(verdict)} onClick={() => toggle(verdict)}>
            <span aria-hidden="true">{GLYPH[verdict]}</span> <b>{n}</b> {named(verdict)}
          </button>
        ))}
      </div>
      <div class="selects">
        <Pick name="topic" value={asked.topic} all="All topics" of={distinct(claims.map((claim) => claim.topic))} />
        <Pick name="check" value={asked.check} all="All checks" of={[...distinct(claims.map((claim) => claim.check)), "none"]} />
        <Pick name="source" value={asked.source} all="All sources" of={distinct(claims.map((claim) => claim.source))} />
        {claims.some((claim) => claim.changed) && (
          <label><input type="checkbox" checked={asked.changed} onChange={(event) => turn({ changed: event.currentTarget.checked ? "1" : null }, true)} /> changed</label>
        )}
        <output class="muted small" aria-live="polite">{shown === claims.length ? `${shown} claims` : `${shown} of ${claims.length}`}</output>
      </div>
    </div>
  );
}

function Pick({ name, value, all, of }: { name: string; value: string; all: string; of: string[] }) {
  return (
    <select aria-label={name} value={value} onChange={(event) => turn({ [name]: event.currentTarget.value }, true)}>
      <option value="">{all}</option>
      {of.map((each) => <option key={each} value={each}>{each}</option>)}
    </select>
  );
}
