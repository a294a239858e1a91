import { expect, test } from "vitest";
import { day } from "../lib/days";
import { EVERYTHING, readView, type View, writeView } from "./view";

test("a view comes back from its address as it was", () => {
  const view: View = {
    time: [day("2020-01-01"), day("2020-12-31")],
    box: { west: 60.5, south: 29.375, east: 74.9, north: 38.5 },
    chosen: { actor: ["IS", "Government of Afghanistan"], dyad: ["a, b – c & d"] },
    exactPlaces: true,
    exactDates: false,
    measure: "deaths",
    camera: [67.5, 33.25, 5.5],
  };
  expect(readView(new URLSearchParams(writeView(view).toString()))).toEqual(view);
});

test("everything has an empty address, and nonsense shows everything", () => {
  expect(writeView(EVERYTHING).toString()).toBe("");
  expect(readView(new URLSearchParams("t=yesterday..&bbox=1,2,x,4&only=&measure=tears&map=1"))).toEqual(EVERYTHING);
});
