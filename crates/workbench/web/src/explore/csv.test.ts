import { expect, test } from "vitest";
import type { Dataset } from "../lib/types";
import { csv } from "./csv";
import { madeUp } from "./made-up";

const dataset = (id: string, free: boolean): Dataset => ({ id, title: id, version: "1", publisher: "P", licence: free ? "CC-BY-4.0" : "own terms", attribution: 'Say "P"', redistribute_rows: free, events: 1, coverage: [] });

test("rows of a restricted dataset stay out, and are counted", () => {
  const events = madeUp(50);
  const rows = Uint32Array.from({ length: 50 }, (_, i) => i);
  const barred = [...events.dataset.codes].filter((code) => code === 2).length;
  expect(barred).toBeGreaterThan(0);
  const out = csv(events, rows, [dataset("dataset 1", true), dataset("dataset 2", false)]);
  expect(out.withheld).toBe(barred);
  expect(out.text).not.toContain("dataset 2,");
  expect(out.text.trimEnd().split("\r\n")).toHaveLength(50 - barred + 1);
  expect(out.text).toContain('"Say ""P"""');
  const marked = csv({ ...events, restricted: new Set(["dataset 1", "dataset 2"]) }, rows, []);
  expect(marked.kept).toBe(0);
});

test("no cell is a formula", () => {
  const events = madeUp(1);
  events.place.names[events.place.codes[0]!] = "=HYPERLINK(1)";
  expect(csv(events, Uint32Array.of(0), []).text).toContain("'=HYPERLINK(1)");
});
