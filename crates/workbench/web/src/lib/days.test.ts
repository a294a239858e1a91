import { expect, test } from "vitest";
import { day, edtf, iso, plain } from "./days";

test("a day and its name", () => {
  expect(iso(day("2021-08-26"))).toBe("2021-08-26");
  expect(day("1970-01-01")).toBe(0);
  expect(plain(day("1969-12-31"))).toBe("31 Dec 1969");
});

test("a span is written in the coarsest words that are exact", () => {
  expect(edtf(day("2020-01-01"), day("2020-12-31"))).toBe("2020");
  expect(edtf(day("2014-01-01"), day("2022-12-31"))).toBe("2014/2022");
  expect(edtf(day("2020-02-01"), day("2020-02-29"))).toBe("2020-02");
  expect(edtf(day("2019-11-01"), day("2019-12-31"))).toBe("2019-11/2019-12");
  expect(edtf(day("2021-08-15"), day("2022-02-28"))).toBe("2021-08-15/2022-02-28");
  expect(edtf(day("2021-08-26"), day("2021-08-26"))).toBe("2021-08-26");
});
