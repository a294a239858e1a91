import { expect, test } from "vitest";
import { bounds, inWords } from "./bounds";

test("intervals as the checker writes them", () => {
  expect(bounds("[12, inf)")).toEqual({ low: 12, high: Infinity });
  expect(bounds("(1, 2.5]")).toEqual({ low: 1, high: 2.5 });
  expect(bounds("around")).toBeNull();
  expect(bounds(null)).toBeNull();
});

test("intervals in words", () => {
  expect(inWords("[50, 70]")).toBe("50 to 70");
  expect(inWords("(1, inf)")).toBe("more than 1");
  expect(inWords("[200, inf)")).toBe("at least 200");
  expect(inWords("[0, 4000]")).toBe("up to 4,000");
  expect(inWords("[13, 13]")).toBe("13");
});
