import { words } from "../lib/words";
import { Mark, Slip, Wait } from "../lib/parts";
import { turn, write } from "../lib/route";
import { useResource } from "../lib/resource";
import type { ClaimPage, Finding } from "../lib/types";
import { BarChart } from "./bars";
import { inWords } from "./bounds";
import { MiniMap } from "./minimap";
import { RangeChart } from "./range";
import { Rows } from "./rows";

/** Everything behind one verdict, on one screen. */
export function Detail({ id, row }: { id: string; row: string | null }) {
  const { value, slip } = useResource<ClaimPage>(`/api/claims/${encodeURIComponent(id)}`);
  if (slip) return <Slip slip={slip} />;
  if (!value) return <Wait what="Reading the claim" />;
  return <Sheet id={id} page={value} row={row} />;
}

function Sheet({ id, page, row }: { id: string; page: ClaimPage; row: string | null }) {
  const { finding } = page;
  const said = page.claim.text ?? (page.claim.envelope as { text?: string } | undefined)?.text ?? id;
  return (
    <article class={`claim-sheet v-${finding?.verdict ?? "not-testable"}`} aria-labelledby="claim-said">
      <div class="detail-head">
        <button type="button" class="button small back" onClick={() => turn({ open: null, row: null })}>
          ← All claims
        </button>
        {finding && <Mark verdict={finding.verdict} />}
        <code class="small muted">{id}</code>
        <span class="spring" />
        <a class="button small" href={write("write", "", new URLSearchParams({ edit: id }))}>
          Edit
        </a>
      </div>
      <h1 id="claim-said">{words(said)}</h1>
      {finding && <p class="why">{sentence(finding.because)}</p>}
      <div class="sheet">
        <div>
          <Facts page={page} finding={finding} />
        </div>
        <div class="charts">
          {finding && <RangeChart finding={finding} />}
          {finding && <BarChart bars={finding.bars} />}
          <MiniMap spots={page.spots} />
        </div>
      </div>
      {finding && <Behind finding={finding} row={row} />}
      <History page={page} />
      <section class="part">
        <details>
          <summary>As written in {page.file}, line {page.line}</summary>
          <pre>{page.text_toml}</pre>
        </details>
      </section>
    </article>
  );
}

const sentence = (words: string) => (words ? `${words[0]!.toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}` : "");

function Source({ page }: { page: ClaimPage }) {
  const { source, passage } = page;
  if (!source) return <>not in the case</>;
  const title = source.title || source.id;
  const address = source.url ?? (source.doi ? `https://doi.org/${source.doi}` : null);
  const place = [passage.page && `p. ${passage.page}`, passage.heading && `“${passage.heading}”`, passage.paragraph && `paragraph ${passage.paragraph}`].filter(Boolean).join(", ");
  return (
    <>
      {(source.authors ?? []).join("; ")}
      {source.year ? ` ${source.year}. ` : ". "}
      {address ? <a href={address} target="_blank" rel="noopener noreferrer">{title}</a> : title}
      {source.publisher ? `. ${source.publisher}` : ""}
      {place && <div>{place}</div>}
      {passage.anchor && (
        <div class="small muted">
          Quotation anchored by <code>{passage.anchor.slice(0, 22)}…</code>, {passage.verified ? "found in the document" : "not compared: the document is not at hand"}
        </div>
      )}
    </>
  );
}

function Facts({ page, finding }: { page: ClaimPage; finding: Finding | null }) {
  const { source, grades_in_words: grades } = page;
  const envelope = (page.claim.envelope ?? page.claim) as Record<string, unknown>;
  const facts: [string, preact.ComponentChildren][] = [["Source", <Source page={page} />]];
  facts.push([
    "Grades",
    <>
      <span class="grade">{source?.reliability ?? "–"}</span> {grades.reliability ?? ""} · <span class="grade">{words(envelope.credibility ?? 6)}</span> {grades.credibility ?? ""}
    </>,
  ]);
  if (finding?.expected) {
    facts.push([
      "Expected",
      <>
        “{finding.expected.phrase}”: {inWords(finding.expected.strict)}, or the claim is false
        {finding.expected.pragmatic && <>; a careful reader expects {inWords(finding.expected.pragmatic)}</>}
      </>,
    ]);
  }
  if (finding?.computed) facts.push(["Computed", <b>{finding.computed.display}</b>]);
  if (typeof finding?.probability === "number") facts.push(["Chance", `${Math.round(finding.probability * 100)}% that it holds, given how unsure the data are`]);
  if (finding?.coverage) facts.push(["Coverage", finding.coverage]);
  if (finding?.bearing) facts.push(["Bearing", finding.bearing]);
  if (finding && finding.ground !== "none") facts.push(["Answered by", finding.ground === "cube" ? `the evidence cube: ${finding.events} events` : finding.ground === "rows" ? `the rows of the pinned release: ${finding.events} events` : finding.ground]);
  for (const pin of finding?.data ?? []) facts.push(["Data", <>{pin.title} {pin.version}, {pin.licence}, SHA-256 <code>{pin.sha256.slice(0, 12)}…</code></>]);
  if (finding?.notes.length) facts.push(["Remarks", <ul>{finding.notes.map((note) => <li key={note}>{note}</li>)}</ul>]);
  return (
    <dl class="facts">
      {facts.map(([name, value], at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Behind({ finding, row }: { finding: Finding; row: string | null }) {
  return (
    <>
      {finding.voices.length > 0 && (
        <section class="part">
          <h2>Voices</h2>
          <ul class="history">
            {finding.voices.map((voice) => (
              <li key={voice.statement}>
                <b>{voice.stance}</b> <span>{voice.source}</span>
                <a href={write("write", "", new URLSearchParams({ edit: voice.statement }))}>
                  <code>{voice.statement}</code>
                </a>
                {voice.says && <span>“{voice.says}”</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {finding.would_change.length > 0 && (
        <section class="part">
          <h2>What would change it</h2>
          <ul>{finding.would_change.map((each) => <li key={each}>{each}</li>)}</ul>
        </section>
      )}
      {finding.rows.length > 0 && (
        <section class="part">
          <h2>{finding.ground === "cube" ? "Cells behind the figure" : "Rows behind the figure"}</h2>
          <Rows rows={finding.rows} cut={finding.rows_cut} total={finding.events} open={row} />
        </section>
      )}
      {finding.sql.length > 0 && (
        <section class="part">
          <details>
            <summary>The query</summary>
            {finding.sql.map((query) => <pre key={query}>{query}</pre>)}
          </details>
        </section>
      )}
    </>
  );
}

function History({ page }: { page: ClaimPage }) {
  if (page.history.length === 0) return null;
  return (
    <section class="part">
      <h2>History of the verdict</h2>
      <ol class="history">
        {page.history.map((each, at) => (
          <li key={at}>
            <Mark verdict={each.verdict} />
            <span>{each.figure}</span>
            <span class="muted">{each.commit ? `${each.date ?? ""} in ${each.commit.slice(0, 8)}` : each.accepted ? "accepted, in verdicts.lock" : "now"}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
