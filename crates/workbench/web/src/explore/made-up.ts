import type { Coded, Events } from "./events";

/** Made-up events for tests and benches: repeatable, with vague places and dates among them. */
export function madeUp(length: number, seed = 1): Events {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const ints = (make: () => number) => Int32Array.from({ length }, make);
  const words = (kinds: number, prefix: string): Coded => ({
    names: ["not stated", ...Array.from({ length: kinds }, (_, k) => `${prefix} ${k + 1}`)],
    codes: Uint32Array.from({ length }, () => 1 + Math.floor(random() ** 2 * kinds)),
  });
  const start = ints(() => 7000 + Math.floor(random() * 12000)).sort();
  const days = ints(() => (random() < 0.85 ? 1 : Math.floor(random() * 60)));
  const best = ints(() => Math.floor(random() ** 6 * 120));
  const lat = Float32Array.from({ length }, () => Math.round((29 + random() * 9) * 20) / 20);
  const lon = Float32Array.from({ length }, () => Math.round((61 + random() * 13) * 20) / 20);
  return {
    length,
    id: (event) => `made-up-${event}`,
    start,
    end: start.map((from, i) => from + Math.max(0, days[i]! - 1)),
    lat,
    lon,
    km: Float32Array.from({ length }, () => (random() < 0.1 ? NaN : random() < 0.8 ? 5 : 105)),
    days,
    n: new Uint32Array(length).fill(1),
    low: best,
    best,
    high: best.map((deaths) => deaths + 3),
    dataset: words(2, "dataset"),
    country: words(12, "country"),
    admin1: words(120, "province"),
    place: words(4000, "place"),
    sideA: words(80, "actor"),
    sideB: words(80, "actor"),
    dyad: words(300, "dyad"),
    violence: words(3, "violence"),
    restricted: new Set(),
    gridded: false,
  };
}
