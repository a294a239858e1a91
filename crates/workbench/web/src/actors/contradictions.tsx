import { words } from "../lib/words";
import { useResource } from "../lib/resource";
import { write } from "../lib/route";
import type { StatementPage } from "../lib/types";

/** Statements that speak against each other, side by side. */
export function Contradictions({ pairs }: { pairs: [string, string, string][] }) {
  if (pairs.length === 0) return null;
  return (
    <section class="part">
      <h2>Contradictions</h2>
      {pairs.map(([a, b, why]) => (
        <div class="against" key={`${a} ${b}`}>
          <p class="why-against">{why}</p>
          <div class="sides">
            <Side id={a} />
            <Side id={b} />
          </div>
        </div>
      ))}
    </section>
  );
}

const SHOWN = ["text", "value", "says", "kind", "from", "to", "valid", "when", "source", "attributed-to", "credibility"];

function Side({ id }: { id: string }) {
  const { value, slip } = useResource<StatementPage>(`/api/statements/${encodeURIComponent(id)}`);
  return (
    <article class="side">
      <a href={write("write", "", new URLSearchParams({ edit: id }))}><code>{id}</code></a>
      {slip !== null && <p class="muted">Not to be read.</p>}
      {value && (
        <dl class="facts">
          {SHOWN.filter((key) => value.values[key] !== undefined).map((key) => (
            <div key={key}><dt>{key}</dt><dd>{words(value.values[key])}</dd></div>
          ))}
        </dl>
      )}
    </article>
  );
}
