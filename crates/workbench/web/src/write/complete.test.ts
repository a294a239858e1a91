import { expect, test } from "vitest";
import type { Completions, FormTable } from "../lib/types";
import { choices, fieldsOf, place } from "./complete";

const field = (name: string, kind: string, of: unknown = null) => ({ name, kind, of, required: false, doc: "" });
const vocabulary: FormTable[] = [
  {
    table: "claim",
    doc: "",
    fields: [
      field("id", "new-id"),
      field("source", "id", ["source"]),
      field("check", "table", {
        table: "check",
        doc: "",
        fields: [],
        variants: [
          { table: "amount", doc: "", fields: [field("measure", "one-of", ["events", "deaths"]), field("actor", "one-or-more", { kind: "id", of: ["actor"] })] },
          { table: "timing", doc: "", fields: [field("which", "one-of", ["first", "last"])] },
        ],
      }),
    ],
  },
];

test("the table and key at the cursor", () => {
  expect(place('[[claim]]\nid = "x"\n\n[claim.check]\nmeasure = "ev')).toEqual({ table: ["claim", "check"], key: "measure", word: "ev" });
  expect(place("[[actor]]\nna")).toEqual({ table: ["actor"], key: null, word: "na" });
});

test("the keys of a check follow its kind", () => {
  expect(fieldsOf(vocabulary, ["claim"]).map((each) => each.name)).toEqual(["id", "source", "check"]);
  expect(fieldsOf(vocabulary, ["claim", "check"], "timing").map((each) => each.name)).toEqual(["kind", "which"]);
  expect(fieldsOf(vocabulary, ["claim", "check"])).toHaveLength(4);
  expect(fieldsOf(vocabulary, ["nonsense"])).toEqual([]);
});

test("values are words of the format, or ids of the case", () => {
  const words = { actor: [{ id: "iskp", label: "IS Khorasan" }], place: [], source: [], claim: [], statement: [], phrase: ["around"] } satisfies Completions;
  const [, , actor] = fieldsOf(vocabulary, ["claim", "check"], "amount");
  expect(choices(actor!, words)).toEqual([{ id: "iskp", label: "IS Khorasan" }]);
  expect(choices(field("says", "quantity"), words).map((each) => each.id)).toEqual(["around"]);
});
