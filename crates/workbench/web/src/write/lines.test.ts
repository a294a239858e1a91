import { expect, test } from "vitest";
import { changedKeys, differing } from "./lines";

test("only what differs is shown", () => {
  expect(differing("a\nb\nc", "a\nB\nB2\nc")).toEqual({ ours: "b", others: "B\nB2", line: 2 });
  expect(differing("a\nb", "a\nb")).toEqual({ ours: "", others: "", line: 3 });
  expect(differing("", "x")).toEqual({ ours: "", others: "x", line: 1 });
  expect(differing("a\na", "a")).toEqual({ ours: "a", others: "", line: 2 });
});

test("the keys that an amendment touched", () => {
  expect(changedKeys('id = "a"\nsays = "60"', 'id = "a"\nsays = "some 60"\nnote = "x"')).toBe("says, note");
  expect(changedKeys("a = 1\nb = 2", "a = 1")).toBe("b");
  expect(changedKeys("a = 1", "a = 1")).toBe("nothing");
});
