import { expect, test } from "vitest";
import type { ClaimLine } from "../lib/types";
import { pieces, sift, type Wanted } from "./search";

const claim = (id: string, text: string, more: Partial<ClaimLine> = {}): ClaimLine => ({
  id, text, source: "report", negated: false, credibility: 2, check: "amount", verdict: "supported", reason: "figure",
  because: "", events: 0, file: "claims.toml", line: 1, changed: null, ...more,
});
const claims = [
  claim("attacks", "Around 60 attacks in 2020.", { topic: "attacks" }),
  claim("deaths", "Hundreds died in Kabul.", { verdict: "mixed" }),
  claim("aims", "Its aim is a caliphate in Šahr.", { check: null, verdict: "not-testable", changed: "was mixed" }),
];
const all: Wanted = { words: "", verdicts: [], topic: "", check: "", source: "", changed: false };
const ids = (wanted: Partial<Wanted>, but?: "verdicts") => sift(claims, { ...all, ...wanted }, but).map((each) => each.id);

test("every word must occur, in any order and whatever the case or accent", () => {
  expect(ids({ words: "2020 ATTACKS" })).toEqual(["attacks"]);
  expect(ids({ words: "kabul 2020" })).toEqual([]);
  expect(ids({ words: "sahr" })).toEqual(["aims"]);
});

test("choices are joined by and, verdicts by or", () => {
  expect(ids({ verdicts: ["mixed", "not-testable"] })).toEqual(["deaths", "aims"]);
  expect(ids({ verdicts: ["mixed"], topic: "attacks" })).toEqual([]);
  expect(ids({ verdicts: ["mixed"] }, "verdicts")).toHaveLength(3);
  expect(ids({ check: "none" })).toEqual(["aims"]);
  expect(ids({ changed: true })).toEqual(["aims"]);
});

test("what was searched for is marked, signs included", () => {
  expect(pieces("Around 60 (sixty).", ["(sixty)"])).toEqual([
    { text: "Around 60 ", hit: false },
    { text: "(sixty)", hit: true },
    { text: ".", hit: false },
  ]);
});
