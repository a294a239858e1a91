import { ofMonth, ymd } from "../lib/days";

export type Unit = "day" | "week" | "month" | "quarter" | "year";

/** The bars of the time histogram: edge `i` is the first day of bar `i`; the last edge ends the last bar. */
export interface Bins {
  unit: Unit;
  edges: Int32Array;
}

const LENGTH: Record<Unit, number> = { day: 1, week: 7, month: 30.4, quarter: 91.3, year: 365.25 };

/** Bars over the days from `first` to `last`, as fine as fits into `most` of them. */
export function bins(first: number, last: number, most = 480): Bins {
  const span = Math.max(1, last - first + 1);
  const unit = (Object.keys(LENGTH) as Unit[]).find((each) => span / LENGTH[each] + 2 <= most) ?? "year";
  const edges: number[] = [];
  if (unit === "day" || unit === "week") {
    // 1970-01-01 was a Thursday; weeks begin on Mondays.
    const from = unit === "week" ? first - ((((first + 3) % 7) + 7) % 7) : first;
    for (let at = from; at <= last; at += LENGTH[unit]) edges.push(at);
    edges.push(edges.at(-1)! + LENGTH[unit]);
  } else {
    const step = unit === "month" ? 1 : unit === "quarter" ? 3 : 12;
    const [year, month] = ymd(first);
    for (let m = Math.floor(month / step) * step; ; m += step) {
      const edge = ofMonth(year, m);
      edges.push(edge);
      if (edge > last) break;
    }
  }
  return { unit, edges: Int32Array.from(edges) };
}

/** The bar in which a day lies, by bisection. */
export function binOf(edges: Int32Array, day: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= day) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
