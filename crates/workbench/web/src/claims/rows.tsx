import { turn } from "../lib/route";
import type { EvidenceRow } from "../lib/types";

const toll = (row: EvidenceRow) => (row.low === row.high || row.low === null ? String(row.best ?? "–") : `${row.best ?? "–"} (${row.low}–${row.high})`);

/** The rows behind a figure; a click opens one, with every claim that rests on it. */
export function Rows({ rows, cut, total, open }: { rows: EvidenceRow[]; cut: boolean; total: number; open: string | null }) {
  return (
    <>
      <div class="box" tabIndex={0} role="region" aria-label="Rows behind the figure">
        <table class="rows-table">
          <thead>
            <tr>
              <th>Date</th>
              <th>Place</th>
              <th>Sides</th>
              <th class="num">Events</th>
              <th class="num">Deaths</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} aria-selected={row.id === open} onClick={() => turn({ row: row.id })}>
                <td>
                  <button type="button" class="link" aria-label={`Row ${row.id}, ${row.start}`}>
                    {row.start === row.end ? row.start : `${row.start} – ${row.end.slice(row.start.slice(0, 5) === row.end.slice(0, 5) ? 5 : 0)}`}
                  </button>
                </td>
                <td>{row.place}</td>
                <td>{row.sides}</td>
                <td class="num">{row.events}</td>
                <td class="num">{toll(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(cut || total > rows.length) && rows.length > 0 && <p class="small muted">The first {rows.length} rows; the figure rests on {total} events. The query finds them all.</p>}
    </>
  );
}
