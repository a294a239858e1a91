import { words } from "../lib/words";
import { Mark, Slip, Wait } from "../lib/parts";
import { turn, write } from "../lib/route";
import { useResource } from "../lib/resource";
import type { RowPage } from "../lib/types";
import { useKeys } from "../lib/keys";
import { useEffect, useRef } from "preact/hooks";

const close = () => turn({ row: null });

/** One row of the data, and all the claims that rest on it. */
export function RowDrawer({ id }: { id: string }) {
  const { value, slip } = useResource<RowPage>(`/api/rows/${encodeURIComponent(id)}`);
  const shut = useRef<HTMLButtonElement>(null);
  useKeys("Row", [{ key: "Escape", does: "close the row", run: close }]);
  useEffect(() => shut.current?.focus(), [id]);
  return (
    <aside class="drawer" aria-label={`Row ${id}`}>
      <div class="drawer-head">
        <h2>
          Row <code>{id}</code>
        </h2>
        <button ref={shut} type="button" class="button small" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      {slip ? <Slip slip={slip} /> : value ? <Row page={value} /> : <Wait what="Reading the row" />}
    </aside>
  );
}

function Row({ page }: { page: RowPage }) {
  const filled = Object.entries(page.row).filter(([, value]) => value !== null && value !== "");
  return (
    <>
      <h3>
        {page.claims.length === 1 ? "One claim rests on it" : `${page.claims.length} claims rest on it`}
      </h3>
      <ul class="resting">
        {page.claims.map((claim) => (
          <li key={claim.id}>
            <a href={write("claims", "", new URLSearchParams({ open: claim.id }))}>
              <span class="words">{claim.text}</span>
              <Mark verdict={claim.verdict} /> <code class="small muted">{claim.id}</code>
            </a>
          </li>
        ))}
      </ul>
      <h3>As the data have it</h3>
      <dl class="facts">
        {filled.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd>{words(value)}</dd>
          </div>
        ))}
      </dl>
      <p class="small muted">
        {page.dataset}, {page.licence}
      </p>
    </>
  );
}
