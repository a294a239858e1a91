import { expect, test } from "vitest";
import { madeUp } from "./made-up";
import { sites } from "./sites";

test("a point stays where it is, an area within an eighth of its width", () => {
  const events = madeUp(3000, 5);
  const found = sites(events);
  for (let i = 0; i < events.length; i += 1) {
    const site = found.of[i]!;
    const radius = found.km[site]!;
    const allowed = radius > 0 ? radius / 111 / 8 + 1e-4 : 1e-4;
    expect(Math.abs(found.lat[site]! - events.lat[i]!)).toBeLessThanOrEqual(allowed);
    expect(Math.abs(found.lon[site]! - events.lon[i]!)).toBeLessThanOrEqual(allowed);
    expect(radius > 0).toBe(events.km[i]! > 25);
  }
});

test("an event without a place is nowhere", () => {
  const events = madeUp(3, 5);
  events.lat[1] = NaN;
  expect(sites(events).of[1]).toBe(0);
  expect(sites(events).of[0]).toBeGreaterThan(0);
});
