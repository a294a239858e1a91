/** An interval as the checker writes it: `[50, 70]`, `(1, inf)`, several joined by `or`. */
export interface Bounds { low: number; high: number }

const value = (text: string) => {
  const words = text.trim().replace("∞", "inf");
  return words === "inf" ? Infinity : words === "-inf" ? -Infinity : Number(words);
};

export function bounds(text: string | null | undefined): Bounds | null {
  const found = /[[(]\s*([^,\])]+)\s*,\s*([^\])]+)\s*[\])]/.exec(text ?? "");
  if (!found) return null;
  const [low, high] = [value(found[1]!), value(found[2]!)];
  return Number.isNaN(low) || Number.isNaN(high) ? null : { low, high };
}

const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
export const told = (n: number) => number.format(n);

/** Bounds in words. */
export function inWords(text: string | null | undefined): string {
  const found = bounds(text);
  if (!found) return text ?? "–";
  if (found.high === Infinity) return `${text!.trim().startsWith("(") ? "more than" : "at least"} ${told(found.low)}`;
  if (found.low === -Infinity || (found.low === 0 && text!.trim().startsWith("["))) return `up to ${told(found.high)}`;
  return found.low === found.high ? told(found.low) : `${told(found.low)} to ${told(found.high)}`;
}

/** The next round number above. */
export function roof(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((each) => each >= value) ?? value;
}
