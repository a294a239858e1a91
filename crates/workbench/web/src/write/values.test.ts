import { expect, test } from "vitest";
import { changes, keyAt, tidy } from "./values";

test("what is empty is no key", () => {
  expect(tidy({ a: "", b: [], c: { d: "", e: null }, f: 0, g: false, h: { i: "x", j: "" } })).toEqual({ f: 0, g: false, h: { i: "x" } });
});

test("a change is told key by key, and one that is gone as null", () => {
  const before = { id: "x", says: "around 60", note: "old", check: { kind: "amount", actor: ["iskp"] } };
  expect(changes(before, { ...before, note: "" })).toEqual({ note: null });
  expect(changes(before, { ...before, check: { kind: "amount", actor: ["is"] } })).toEqual({ check: { kind: "amount", actor: ["is"] } });
  expect(changes(before, { ...before })).toEqual({});
});

test("the key on a line", () => {
  const toml = '[[claim]]\nid = "x"\n\n[claim.check]\nkind = "amount"\nmeasure = "evnts"\n';
  expect(keyAt(toml, 2)).toBe("id");
  expect(keyAt(toml, 6)).toBe("check.measure");
  expect(keyAt(toml, 1)).toBeNull();
});
