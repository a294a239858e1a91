import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { told } from "../claims/bounds";
import { get } from "../lib/api";
import { revision } from "../lib/live";
import { Mark, Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { write } from "../lib/route";
import type { ActorPage, EstimateLine, RelationLine, Strength } from "../lib/types";
import { Contradictions } from "./contradictions";
import { Figure } from "./figure";
import { Network } from "./network";
import { StrengthChart } from "./strength";

const edit = (id: string) => write("write", "", new URLSearchParams({ edit: id }));

/** Everything that the case knows of an actor. */
export function Actor({ id, names }: { id: string; names: Map<string, string> }) {
  const { value, slip } = useResource<ActorPage>(`/api/actors/${encodeURIComponent(id)}`);
  if (slip) return <Slip slip={slip} />;
  if (!value) return <Wait what="Reading the actor" />;
  const { actor, relations } = value;
  const near = [id, ...new Set(relations.map((each) => each.other).filter((other) => names.has(other)))];
  const kin = [id, ...new Set(relations.filter((each) => /part|split|merg|succ|alleg|defect/i.test(each.kind)).map((each) => each.other))];
  return (
    <article aria-labelledby="actor-name">
      <div class="detail-head">
        <a class="button small back" href="#/actors">← All actors</a>
        <span class="muted">{actor.kind}</span>
        <code class="small muted">{id}</code>
        <span class="spring" />
        <a class="button small" href={edit(id)}>Edit</a>
      </div>
      <h1 id="actor-name">{actor.name}</h1>
      <Who page={value} />
      <Series id={id} estimates={value.estimates} />
      <section class="part two">
        <Leaders page={value} names={names} />
        <Claims page={value} />
      </section>
      <Relations relations={relations} names={names} />
      <Contradictions pairs={value.contradictions} />
      {kin.length > 1 && (
        <section class="part">
          <h2>Lineage</h2>
          <Figure query={new URLSearchParams({ kind: "genealogy", actors: kin.slice(0, 12).join(",") }).toString()} label={`Lineage of ${actor.name}`} />
        </section>
      )}
      {near.length > 1 && (
        <section class="part">
          <h2>Relations over time</h2>
          <Network actors={near} />
        </section>
      )}
    </article>
  );
}

function Who({ page: { actor, events } }: { page: ActorPage }) {
  const ids = Object.entries(actor.ids ?? {}).filter(([, value]) => value && (!Array.isArray(value) || value.length > 0));
  // A dataset codes an actor by numbers and by names; the events are filtered by name.
  const coded = ids.filter(([scheme]) => scheme !== "wikidata").flatMap(([, value]) => value ?? []).filter((code) => !/^\d+$/.test(code));
  const query = new URLSearchParams(coded.map((name) => ["actor", name]));
  return (
    <dl class="facts who">
      {(actor.aliases ?? []).length > 0 && <div><dt>Also called</dt><dd>{actor.aliases!.join(" · ")}</dd></div>}
      {actor.existed && <div><dt>Exists</dt><dd>{actor.existed}</dd></div>}
      {ids.length > 0 && <div><dt>Identifiers</dt><dd>{ids.map(([scheme, value]) => <span key={scheme} class="id-chip">{scheme} <code>{Array.isArray(value) ? value.join(", ") : value}</code></span>)}</dd></div>}
      {actor.note && <div><dt>Remark</dt><dd>{actor.note}</dd></div>}
      <div>
        <dt>Events</dt>
        <dd>{events.n ? <>{told(events.n)}, {events.first} to {events.last} · <a href={write("events", "", query)}>show them</a></> : events.because ?? "none in the data"}</dd>
      </div>
    </dl>
  );
}

/** The model may take its time: the server says so, and is asked again. */
function useStrength(id: string) {
  const state = useSignal<{ model: Strength | null; why: string | null; pending: boolean }>({ model: null, why: null, pending: true });
  const at = revision.value;
  useEffect(() => {
    let timer = 0;
    const stop = new AbortController();
    const ask = () => {
      get<Strength>(`/api/strength/${encodeURIComponent(id)}`, stop.signal).then(
        (answer) => {
          if (answer.pending) timer = window.setTimeout(ask, 1000);
          else state.value = { model: answer, why: null, pending: false };
        },
        (slip: unknown) => {
          if (!stop.signal.aborted) state.value = { model: null, why: slip instanceof Error ? slip.message : String(slip), pending: false };
        },
      );
    };
    state.value = { model: null, why: null, pending: true };
    ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, at]);
  return state.value;
}

function Series({ id, estimates }: { id: string; estimates: EstimateLine[] }) {
  const { model, why, pending } = useStrength(id);
  if (estimates.length === 0) return null;
  const strength = estimates.filter((each) => each.quantity === "strength");
  return (
    <section class="part">
      <h2>Strength</h2>
      <StrengthChart estimates={strength.length > 0 ? strength : estimates} model={model} />
      {pending && <p class="small muted" role="status">The modelled course is being computed…</p>}
      {why && <p class="small muted">No modelled course: {why}</p>}
      {model && model.notes.length > 0 && (
        <details>
          <summary>{model.notes.length} remarks on the model</summary>
          <ul class="small">{model.notes.map((note) => <li key={note}>{note}</li>)}</ul>
        </details>
      )}
      <details>
        <summary>{estimates.length} estimates in their sources' words</summary>
        <div class="scroll-x">
          <table>
            <thead><tr><th>When</th><th>What</th><th>In words</th><th class="num">Bounds</th><th>Source</th><th>Grade</th></tr></thead>
            <tbody>
              {estimates.map((each) => (
                <tr key={each.id}>
                  <td>{each.at}</td>
                  <td>{each.quantity}</td>
                  <td><a href={edit(each.id)}>“{each.says}”</a></td>
                  <td class="num">{each.low === null && each.high === null ? "–" : `${each.low === null ? "" : told(each.low)}–${each.high === null ? "" : told(each.high)}`}</td>
                  <td>{each.source}</td>
                  <td>{each.credibility}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function Leaders({ page, names }: { page: ActorPage; names: Map<string, string> }) {
  return (
    <div>
      <h2>Leaders</h2>
      {page.leaders.length === 0 && <p class="muted">No source in the case names one.</p>}
      <ul class="history">
        {page.leaders.map((each) => (
          <li key={each.statement}>
            <b>{each.name ?? names.get(each.person) ?? each.person}</b>
            <span>{[each.role, [each.from, each.to].filter(Boolean).join(" – "), each.ended_by && `ended by ${each.ended_by}`].filter(Boolean).join(", ")}</span>
            <a class="small" href={edit(each.statement)}>{each.source}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Claims({ page }: { page: ActorPage }) {
  return (
    <div>
      <h2>Claims about it</h2>
      {page.claims.length === 0 && <p class="muted">None.</p>}
      <ul class="resting limited">
        {page.claims.map((claim) => (
          <li key={claim.id}>
            <a href={write("claims", "", new URLSearchParams({ open: claim.id }))}>
              <span class="words">{claim.text}</span>
              <Mark verdict={claim.verdict} />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Relations({ relations, names }: { relations: RelationLine[]; names: Map<string, string> }) {
  if (relations.length === 0) return null;
  const kinds = [...new Set(relations.map((each) => each.kind))];
  return (
    <section class="part">
      <h2>Statements on its ties</h2>
      <div class="scroll-x">
        <table>
          <tbody>
            {kinds.map((kind) =>
              relations.filter((each) => each.kind === kind).map((each, at) => (
                <tr key={each.id}>
                  <th>{at === 0 ? kind : ""}</th>
                  <td><span aria-label={each.direction === "in" ? "from" : "to"}>{each.direction === "in" ? "←" : "→"}</span> {names.has(each.other) ? <a href={write("actors", each.other, new URLSearchParams())}>{names.get(each.other)}</a> : each.other}</td>
                  <td class="nowrap">{each.valid}</td>
                  <td>{each.negated && <b>denied: </b>}{each.says}</td>
                  <td><a class="small" href={edit(each.id)}>{each.source}</a></td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
