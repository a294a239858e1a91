import { type Bins, binOf, bins } from "./bins";
import type { Coded, Events } from "./events";
import { type Sites, sites } from "./sites";
import { dateSteps, placeSteps, tollSteps, VAGUE_DAYS, VAGUE_KM } from "./steps";

/** Facets: lists of words with counts. An event may carry two words of one facet (its two sides). */
export const FACETS = ["actor", "dyad", "violence", "country", "admin1", "placed", "dated", "dataset", "toll"] as const;
export type FacetName = (typeof FACETS)[number];

interface Facet {
  bit: number;
  first: Uint32Array;
  second: Uint32Array | null;
  names: string[];
  sums: Float64Array;
}

export interface Box { west: number; south: number; east: number; north: number }
type Numbers = Uint32Array | Int32Array;
export type Measure = "events" | "deaths";

const TIME = 1 << FACETS.length;
const BOX = TIME << 1;
const VAGUE = TIME << 2;

/** Adds the weights of some events up by code; those whose code is also in `not` are not counted twice. */
function tally(codes: Uint32Array, not: Uint32Array | null, weight: Numbers, which: Uint32Array, into: Float64Array | Float32Array) {
  for (let k = 0; k < which.length; k += 1) {
    const i = which[k]!;
    if (not === null || not[i] !== codes[i]) into[codes[i]!]! += weight[i]!;
  }
}

/** Two columns of words on one list. */
function joined(a: Coded, b: Coded): { first: Uint32Array; second: Uint32Array; names: string[] } {
  const names = [...a.names];
  const known = new Map(names.map((name, code) => [name, code]));
  const translate = b.names.map((name) => known.get(name) ?? names.push(name) - 1);
  return { first: a.codes, second: b.codes.map((code) => translate[code]!), names };
}

/**
 * Linked filters over events.
 *
 * Every event has a word of bits, one for each filter that leaves it out. A filter's own facet counts the events that
 * no *other* filter leaves out: those whose word is 0 or that filter's bit alone. A change costs one pass over the words,
 * and a correction of the counts for the events that moved; where many did, the counts are made anew.
 */
export class Crossfilter {
  readonly bins: Bins;
  readonly sites: Sites;
  readonly facets: Record<FacetName, Facet>;
  /** Per bar: events dated within it, and shares of those whose dates spread over several bars. */
  readonly exact: Float64Array;
  readonly spread: Float64Array;
  /** Per site. */
  readonly places: Float32Array;
  /** What is left: number of events, deaths, and the rows in order of date. */
  total = 0;
  deaths = { low: 0, best: 0, high: 0 };
  vague = { places: 0, dates: 0, nowhere: 0 };
  rows: Uint32Array = new Uint32Array(0);

  private readonly mask: Uint16Array;
  private readonly firstBin: Uint16Array;
  private readonly lastBin: Uint16Array;
  private readonly vaguePlace: Uint8Array;
  private readonly vagueDate: Uint8Array;
  private readonly left: Uint32Array;
  private readonly moved: Uint32Array;
  private readonly before: Uint16Array;
  private readonly ends: Float64Array;
  private readonly sums = new Float64Array(7);
  private readonly keep: Uint8Array;
  private weight: Numbers;

  constructor(readonly events: Events) {
    const { length, start, end, km, days } = events;
    const last = end.reduce((late, each) => Math.max(late, each), start.at(-1) ?? 0);
    this.bins = bins(start[0] ?? 0, last);
    this.sites = sites(events);
    const bars = this.bins.edges.length - 1;
    this.exact = new Float64Array(bars);
    this.spread = new Float64Array(bars);
    this.ends = new Float64Array(bars + 1);
    this.places = new Float32Array(this.sites.length);
    this.mask = new Uint16Array(length);
    this.left = new Uint32Array(length);
    this.keep = new Uint8Array(length);
    this.moved = new Uint32Array(length);
    this.before = new Uint16Array(length);
    this.firstBin = new Uint16Array(length);
    this.lastBin = new Uint16Array(length);
    this.vaguePlace = new Uint8Array(length);
    this.vagueDate = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) {
      this.firstBin[i] = binOf(this.bins.edges, start[i]!);
      this.lastBin[i] = binOf(this.bins.edges, end[i]!);
      // Where the data do not say how exact a place is, it is not called vague.
      this.vaguePlace[i] = km[i]! > VAGUE_KM || this.sites.of[i] === 0 ? 1 : 0;
      this.vagueDate[i] = Math.max(days[i]!, end[i]! - start[i]! + 1) > VAGUE_DAYS ? 1 : 0;
    }
    this.weight = events.n;
    this.facets = this.listed();
    this.count();
  }

  private listed(): Record<FacetName, Facet> {
    const e = this.events;
    const one = (coded: Coded) => ({ first: coded.codes, second: null, names: coded.names });
    const columns: Record<FacetName, { first: Uint32Array; second: Uint32Array | null; names: string[] }> = {
      actor: joined(e.sideA, e.sideB),
      dyad: one(e.dyad),
      violence: one(e.violence),
      country: one(e.country),
      admin1: one(e.admin1),
      placed: one(placeSteps(e)),
      dated: one(dateSteps(e)),
      dataset: one(e.dataset),
      toll: one(tollSteps(e)),
    };
    const made = FACETS.map((name, at) => [name, { ...columns[name], bit: 1 << at, sums: new Float64Array(columns[name].names.length) }]);
    return Object.fromEntries(made) as Record<FacetName, Facet>;
  }

  /** Counts events, or sums their best tolls. */
  measure(what: Measure) {
    this.weight = what === "deaths" ? this.events.best : this.events.n;
    this.count();
  }

  /** Keeps the events that may lie in the days `from` to `to`, both included; null keeps all. */
  time(range: [number, number] | null) {
    if (!range) return this.mark(TIME, null);
    const { keep, events: { start, end } } = this;
    const [from, to] = range;
    for (let i = 0; i < keep.length; i += 1) keep[i] = start[i]! <= to && end[i]! >= from ? 1 : 0;
    this.mark(TIME, keep);
  }

  /** Keeps the events whose point lies in the box; null keeps all. */
  box(box: Box | null) {
    if (!box) return this.mark(BOX, null);
    const { keep, events: { lat, lon } } = this;
    const { west, east, south, north } = box;
    for (let i = 0; i < keep.length; i += 1) {
      keep[i] = lat[i]! >= south && lat[i]! <= north && lon[i]! >= west && lon[i]! <= east ? 1 : 0;
    }
    this.mark(BOX, keep);
  }

  /** Keeps the events that carry one of the words; an empty list keeps all. */
  choose(name: FacetName, words: readonly string[]) {
    const { bit, first, second, names } = this.facets[name];
    if (words.length === 0) return this.mark(bit, null);
    const wanted = new Set(words);
    const chosen = Uint8Array.from(names, (word) => (wanted.has(word) ? 1 : 0));
    const { keep } = this;
    if (second) for (let i = 0; i < keep.length; i += 1) keep[i] = chosen[first[i]!]! | chosen[second[i]!]!;
    else for (let i = 0; i < keep.length; i += 1) keep[i] = chosen[first[i]!]!;
    this.mark(bit, keep);
  }

  /** Leaves out vague places, vague dates, or neither. */
  exclude(places: boolean, dates: boolean) {
    const { keep, vaguePlace, vagueDate } = this;
    if (!places && !dates) return this.mark(VAGUE, null);
    for (let i = 0; i < keep.length; i += 1) {
      keep[i] = (places && vaguePlace[i] === 1) || (dates && vagueDate[i] === 1) ? 0 : 1;
    }
    this.mark(VAGUE, keep);
  }

  /** Sets a filter's bit for each event that it does not keep. */
  private mark(bit: number, keep: Uint8Array | null) {
    const { mask, moved, before } = this;
    const clear = ~bit & 0xffff;
    let n = 0;
    for (let i = 0; i < mask.length; i += 1) {
      const old = mask[i]!;
      const now = keep === null || keep[i] === 1 ? old & clear : old | bit;
      if (now !== old) {
        mask[i] = now;
        moved[n] = i;
        before[n] = old;
        n += 1;
      }
    }
    if (n > mask.length / 5) this.count();
    else this.adjust(n);
  }

  /** Counts anew what each list, bar and place still holds. */
  private count() {
    const { mask, left, sums } = this;
    let n = 0;
    let alone = mask.length;
    for (let i = 0; i < mask.length; i += 1) {
      const out = mask[i]!;
      if (out === 0) left[n++] = i;
      else if ((out & (out - 1)) === 0) left[--alone] = i;
    }
    for (const name of FACETS) {
      const facet = this.facets[name];
      facet.sums.fill(0);
      tally(facet.first, null, this.weight, left.subarray(0, n), facet.sums);
      if (facet.second) tally(facet.second, facet.first, this.weight, left.subarray(0, n), facet.sums);
    }
    this.places.fill(0);
    tally(this.sites.of, null, this.weight, left.subarray(0, n), this.places);
    this.exact.fill(0);
    this.ends.fill(0);
    sums.fill(0);
    for (let k = 0; k < n; k += 1) this.addTime(left[k]!, 1);
    for (let k = 0; k < n; k += 1) this.addSum(left[k]!, 1);
    for (let k = alone; k < mask.length; k += 1) this.contribute(left[k]!, mask[left[k]!]!, 1);
    this.finish();
  }

  /** Takes the first `n` events that moved out of the counts as they were, and into them as they are. */
  private adjust(n: number) {
    const { moved, before, mask } = this;
    for (let k = 0; k < n; k += 1) {
      this.contribute(moved[k]!, before[k]!, -1);
      this.contribute(moved[k]!, mask[moved[k]!]!, 1);
    }
    this.finish();
  }

  private contribute(i: number, out: number, sign: number) {
    if ((out & (out - 1)) !== 0) return;
    if (out === 0) {
      for (const name of FACETS) this.addFacet(this.facets[name], i, sign);
      this.addTime(i, sign);
      this.addPlace(i, sign);
      this.addSum(i, sign);
    } else if (out === TIME) this.addTime(i, sign);
    else if (out === BOX) this.addPlace(i, sign);
    else for (const name of FACETS) if (this.facets[name].bit === out) this.addFacet(this.facets[name], i, sign);
  }

  private addFacet({ first, second, sums }: Facet, i: number, sign: number) {
    const weight = sign * this.weight[i]!;
    sums[first[i]!]! += weight;
    if (second && second[i] !== first[i]) sums[second[i]!]! += weight;
  }

  /** An event whose date spreads over several bars is shared out among them: `ends` holds where its share begins and ends. */
  private addTime(i: number, sign: number) {
    const first = this.firstBin[i]!;
    const last = this.lastBin[i]!;
    const weight = sign * this.weight[i]!;
    if (first === last) {
      this.exact[first]! += weight;
    } else {
      const share = weight / (last - first + 1);
      this.ends[first]! += share;
      this.ends[last + 1]! -= share;
    }
  }

  private addPlace(i: number, sign: number) {
    this.places[this.sites.of[i]!]! += sign * this.weight[i]!;
  }

  private addSum(i: number, sign: number) {
    const { sums, events } = this;
    const n = sign * events.n[i]!;
    sums[0]! += n;
    sums[1]! += sign * events.low[i]!;
    sums[2]! += sign * events.best[i]!;
    sums[3]! += sign * events.high[i]!;
    if (this.vaguePlace[i]) sums[4]! += n;
    if (this.vagueDate[i]) sums[5]! += n;
    if (this.sites.of[i] === 0) sums[6]! += n;
  }

  private finish() {
    const { mask, left, sums, spread, ends } = this;
    let n = 0;
    for (let i = 0; i < mask.length; i += 1) if (mask[i] === 0) left[n++] = i;
    this.rows = left.subarray(0, n);
    let level = 0;
    for (let bar = 0; bar < spread.length; bar += 1) {
      level += ends[bar]!;
      spread[bar] = Math.abs(level) < 1e-9 ? 0 : level;
    }
    this.total = sums[0]!;
    this.deaths = { low: sums[1]!, best: sums[2]!, high: sums[3]! };
    this.vague = { places: sums[4]!, dates: sums[5]!, nowhere: sums[6]! };
  }
}
