import { iso } from "../lib/days";
import type { Dataset } from "../lib/types";
import type { Coded, Events } from "./events";

const HEAD = ["id", "start", "end", "country", "admin1", "place", "lat", "lon", "place_km", "date_days", "side_a", "side_b", "dyad", "violence", "n", "deaths_low", "deaths_best", "deaths_high", "dataset", "licence", "attribution"];

const cell = (value: string | number | null | undefined) => {
  const text = value === null || value === undefined || (typeof value === "number" && Number.isNaN(value)) ? "" : String(value);
  // A leading =, +, - or @ would be run as a formula by spreadsheets.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The rows that are left as CSV. Rows of datasets whose licence forbids to pass them on stay out, and are counted. */
export function csv(events: Events, rows: Uint32Array, datasets: Dataset[]): { text: string; kept: number; withheld: number } {
  const word = (coded: Coded, i: number) => (coded.codes[i] ? coded.names[coded.codes[i]] : "");
  const terms = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const barred = new Set([...events.restricted, ...datasets.filter((each) => !each.redistribute_rows).map((each) => each.id)]);
  const lines = [HEAD.join(",")];
  let withheld = 0;
  for (const i of rows) {
    const dataset = word(events.dataset, i) ?? "";
    if (barred.has(dataset)) {
      withheld += 1;
      continue;
    }
    const { licence, attribution } = terms.get(dataset) ?? { licence: "", attribution: "" };
    lines.push(
      [
        events.id(i), iso(events.start[i]!), iso(events.end[i]!), word(events.country, i), word(events.admin1, i), word(events.place, i),
        events.lat[i], events.lon[i], events.km[i], events.days[i], word(events.sideA, i), word(events.sideB, i), word(events.dyad, i),
        word(events.violence, i), events.n[i], events.low[i], events.best[i], events.high[i], dataset, licence, attribution,
      ].map(cell).join(","),
    );
  }
  return { text: `${lines.join("\r\n")}\r\n`, kept: lines.length - 1, withheld };
}
