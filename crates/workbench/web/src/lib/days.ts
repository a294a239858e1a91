/** Days since 1970 and their names. All in UTC. */

const DAY = 86_400_000;

export const day = (iso: string) => Math.floor(Date.parse(iso) / DAY);
export const iso = (days: number) => new Date(days * DAY).toISOString().slice(0, 10);
export const ymd = (days: number): [number, number, number] => {
  const date = new Date(days * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
};
export const ofMonth = (year: number, month: number) => Math.floor(Date.UTC(year, month, 1) / DAY);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `26 Aug 2021` */
export function plain(days: number): string {
  const [year, month, date] = ymd(days);
  return `${date} ${MONTHS[month]} ${year}`;
}

/** `Aug 2021` */
export function monthName(days: number): string {
  const [year, month] = ymd(days);
  return `${MONTHS[month]} ${year}`;
}

/** A span as EDTF: whole years, months or days, whichever says it exactly. `to` is the last day. */
export function edtf(from: number, to: number): string {
  const [y0, m0, d0] = ymd(from);
  const [y1, m1, d1] = ymd(to + 1);
  const month = (year: number, m: number) => `${year}-${String(m + 1).padStart(2, "0")}`;
  if (d0 === 1 && m0 === 0 && d1 === 1 && m1 === 0) return y1 - 1 === y0 ? `${y0}` : `${y0}/${y1 - 1}`;
  if (d0 === 1 && d1 === 1) {
    const last = m1 === 0 ? month(y1 - 1, 11) : month(y1, m1 - 1);
    return last === month(y0, m0) ? last : `${month(y0, m0)}/${last}`;
  }
  return from === to ? iso(from) : `${iso(from)}/${iso(to)}`;
}
