import { describe, expect, test } from "vitest";
import { Crossfilter, FACETS, type FacetName } from "./crossfilter";
import { madeUp } from "./made-up";
import { VAGUE_DAYS, VAGUE_KM } from "./steps";

const events = madeUp(4000, 7);

/** The same question answered without any cleverness. */
function plainly(keep: (event: number) => boolean): number[] {
  return Array.from({ length: events.length }, (_, i) => i).filter(keep);
}

describe("linked filters", () => {
  test("without a filter every list adds up to all events", () => {
    const filter = new Crossfilter(events);
    expect(filter.total).toBe(4000);
    for (const name of FACETS.filter((each) => each !== "actor")) {
      expect(filter.facets[name].sums.reduce((a, b) => a + b)).toBe(4000);
    }
    const bars = filter.exact.reduce((a, b) => a + b) + filter.spread.reduce((a, b) => a + b);
    expect(bars).toBeCloseTo(4000, 6);
    expect(filter.places.reduce((a, b) => a + b)).toBe(4000);
  });

  test("a brush keeps what may lie in it, and its own histogram keeps all", () => {
    const filter = new Crossfilter(events);
    const all = Float64Array.from(filter.exact);
    filter.time([10000, 11000]);
    const expected = plainly((i) => events.start[i]! <= 11000 && events.end[i]! >= 10000);
    expect([...filter.rows]).toEqual(expected);
    expect(filter.exact).toEqual(all);
    expect(filter.facets.violence.sums.reduce((a, b) => a + b)).toBe(expected.length);
  });

  test("filters of several kinds together agree with the plain answer, each facet without its own", () => {
    const filter = new Crossfilter(events);
    filter.time([9000, 15000]);
    filter.choose("actor", ["actor 1", "actor 3"]);
    filter.choose("violence", ["violence 2"]);
    filter.box({ west: 62, east: 70, south: 30, north: 36 });
    filter.exclude(true, true);
    const name = (coded: { codes: Uint32Array; names: string[] }, i: number) => coded.names[coded.codes[i]!]!;
    const checks: Record<string, (i: number) => boolean> = {
      time: (i) => events.start[i]! <= 15000 && events.end[i]! >= 9000,
      actor: (i) => ["actor 1", "actor 3"].some((word) => [name(events.sideA, i), name(events.sideB, i)].includes(word)),
      violence: (i) => name(events.violence, i) === "violence 2",
      box: (i) => events.lon[i]! >= 62 && events.lon[i]! <= 70 && events.lat[i]! >= 30 && events.lat[i]! <= 36,
      places: (i) => !(events.km[i]! > VAGUE_KM),
      dates: (i) => events.days[i]! <= VAGUE_DAYS,
    };
    const without = (left: string) => plainly((i) => Object.entries(checks).every(([key, check]) => key === left || check(i)));
    expect([...filter.rows]).toEqual(without(""));
    expect(filter.rows.length).toBeGreaterThan(0);
    const counted = (facet: FacetName, word: string) => filter.facets[facet].sums[filter.facets[facet].names.indexOf(word)];
    expect(counted("violence", "violence 1")).toBe(without("violence").filter((i) => name(events.violence, i) === "violence 1").length);
    expect(counted("actor", "actor 5")).toBe(
      without("actor").filter((i) => name(events.sideA, i) === "actor 5" || name(events.sideB, i) === "actor 5").length,
    );
    expect(filter.places.reduce((a, b) => a + b)).toBe(without("box").length);
    filter.time(null);
    filter.choose("actor", []);
    filter.choose("violence", []);
    filter.box(null);
    filter.exclude(false, false);
    expect(filter.total).toBe(4000);
  });

  test("many small moves of a brush leave the same counts as one", () => {
    const moved = new Crossfilter(events);
    for (let from = 8000; from <= 9500; from += 50) moved.time([from, from + 4000]);
    moved.choose("violence", ["violence 1"]);
    const once = new Crossfilter(events);
    once.choose("violence", ["violence 1"]);
    once.time([9500, 13500]);
    expect(moved.rows).toEqual(once.rows);
    expect(moved.deaths).toEqual(once.deaths);
    expect(moved.places).toEqual(once.places);
    for (const name of FACETS) expect(moved.facets[name].sums).toEqual(once.facets[name].sums);
    moved.spread.forEach((bar, at) => expect(bar).toBeCloseTo(once.spread[at]!, 9));
  });

  test("deaths can be weighed instead of events", () => {
    const filter = new Crossfilter(events);
    filter.measure("deaths");
    const sum = events.best.reduce((a, b) => a + b);
    expect(filter.facets.dataset.sums.reduce((a, b) => a + b)).toBe(sum);
    expect(filter.deaths.best).toBe(sum);
    expect(filter.total).toBe(4000);
  });

  test("no events at all is an answer too", () => {
    const filter = new Crossfilter(madeUp(0));
    expect(filter.total).toBe(0);
    filter.time([0, 1]);
    expect(filter.rows.length).toBe(0);
  });
});
