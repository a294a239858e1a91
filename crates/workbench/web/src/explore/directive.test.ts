import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { day } from "../lib/days";
import { claim, figure, known, selection } from "./directive";
import { EVERYTHING, type View } from "./view";

const ids = known(
  [{ id: "iskp", names: ["Islamic State Khorasan Province", "IS"] }, { id: "taliban", names: ["Taliban", "Taleban"] }],
  [{ id: "kabul-province", label: "Kabul" }, { id: "afghanistan", label: "Afghanistan" }],
);
const view: View = {
  ...EVERYTHING,
  time: [day("2020-01-01"), day("2020-12-31")],
  chosen: { actor: ["IS", "Taleban"], admin1: ["Kabul province"], violence: ["one-sided"], toll: ["100 or more"] },
  exactDates: true,
};

test("a view becomes a figure, and tells what it cannot say", () => {
  const chosen = selection(view, ids);
  expect(figure(view, "timeline", chosen)).toBe("::figure{timeline measure=events by=month actor=iskp,taliban place=kabul-province violence=one-sided period=2020}");
  expect(chosen.missing).toEqual(["100 or more"]);
});

test("a view becomes a claim that is TOML", () => {
  const read = parse(claim(view, selection(view, ids), 67)) as { claim: Record<string, unknown>[] };
  expect(read.claim[0]).toMatchObject({
    says: "67",
    valid: "2020",
    check: { kind: "amount", measure: "events", actor: ["iskp", "taliban"], place: "kabul-province", period: "2020", "max-date-days": 7 },
  });
});
