import { inWords } from "../claims/bounds";
import { RangeChart } from "../claims/range";
import { Mark } from "../lib/parts";
import type { Finding } from "../lib/types";

/** The verdict on a claim that is being written. */
export function LiveVerdict({ finding, pending }: { finding: Finding | null; pending: boolean }) {
  return (
    <aside class="live-verdict" aria-label="Live verdict" aria-busy={pending}>
      <h2>Verdict as it stands</h2>
      {!finding && <p class="muted">{pending ? "Judging…" : "As soon as the claim can be read, its verdict shows here."}</p>}
      {finding && (
        <div class={pending ? "fading" : undefined}>
          <p role="status"><Mark verdict={finding.verdict} /> <b>{finding.computed?.display}</b></p>
          <p>{finding.because}</p>
          {finding.expected && <p class="small muted">“{finding.expected.phrase}”: {inWords(finding.expected.strict)}</p>}
          <RangeChart finding={finding} />
          {finding.would_change.length > 0 && <><h3>What would change it</h3><ul>{finding.would_change.map((each) => <li key={each}>{each}</li>)}</ul></>}
        </div>
      )}
    </aside>
  );
}
