import { expect, test } from "vitest";
import { month, named, span } from "./months";

test("months there and back", () => {
  for (const text of ["2014-01", "2021-12", "1999-06"]) expect(named(month(text))).toBe(text);
});

test("the months of a date as sources give it", () => {
  expect(span("2014/2022-02")).toEqual([month("2014-01"), month("2022-02")]);
  expect(span("2015")).toEqual([month("2015-01"), month("2015-12")]);
  expect(span("2021-08-15/..")).toEqual([month("2021-08"), month("2021-08")]);
  expect(span("2016~")).toEqual([month("2016-01"), month("2016-12")]);
  expect(span("..")).toBeNull();
  expect(span(null)).toBeNull();
});
