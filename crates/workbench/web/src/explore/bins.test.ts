import { expect, test } from "vitest";
import { day, iso } from "../lib/days";
import { binOf, bins } from "./bins";

test("thirty years are drawn by month, two months by day", () => {
  expect(bins(day("1989-03-18"), day("2022-12-31")).unit).toBe("month");
  expect(bins(day("2021-01-01"), day("2021-02-28")).unit).toBe("day");
  expect(bins(day("1816-01-01"), day("2020-12-31")).unit).toBe("year");
});

test("bars hold every day, and their edges are firsts of months", () => {
  const { edges } = bins(day("2014-05-20"), day("2022-02-28"), 120);
  expect([...edges].every((edge) => iso(edge).endsWith("-01"))).toBe(true);
  for (const date of ["2014-05-20", "2014-05-31", "2014-06-01", "2022-02-28"]) {
    const at = binOf(edges, day(date));
    expect(edges[at]! <= day(date) && day(date) < edges[at + 1]!).toBe(true);
  }
});

test("weeks begin on Mondays", () => {
  const { unit, edges } = bins(day("2020-01-01"), day("2021-12-31"));
  expect(unit).toBe("week");
  expect(new Date(edges[0]! * 86_400_000).getUTCDay()).toBe(1);
});
