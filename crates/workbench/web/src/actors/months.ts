/** Months as numbers, for sliders and charts: months since the year 0. */

export const month = (text: string): number => {
  const [year = 0, m = 1] = text.split("-").map(Number);
  return year * 12 + (m || 1) - 1;
};

export const named = (n: number): string => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;

/** First and last month of an EDTF date or interval; null where it is open or not a date. */
export function span(edtf: string | null | undefined): [number, number] | null {
  if (!edtf) return null;
  const [first = "", last = first] = edtf.split("/");
  const clean = (text: string) => /^(\d{4})(?:-(\d{2}))?/.exec(text);
  const [from, to] = [clean(first), clean(last)];
  if (!from && !to) return null;
  const low = from ? month(from[0]) : month(to![0]);
  const high = to ? (to[2] ? month(to[0]) : month(to[1]!) + 11) : low;
  return [low, Math.max(low, high)];
}
