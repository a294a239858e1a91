import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./bench";

test("proposals are accepted, amended and rejected with one key each, and the reasons are kept", async ({ bench, at, served }) => {
  const read = (name: string) => readFileSync(join(served.folder, name), "utf8");
  await at("#/review");
  const heading = bench.getByRole("heading", { level: 1 });
  await expect(heading).toContainText("152 attacks");
  await expect(bench.getByRole("region", { name: "Proposal" }).locator(".mark")).toBeVisible();
  // Amend: edit, then Ctrl+Enter.
  await bench.keyboard.press("e");
  const text = bench.getByRole("textbox", { name: "Amended text" });
  await expect(text).toBeFocused();
  await text.fill((await text.inputValue()).replace("152 attacks by", "some 152 attacks by"));
  await bench.keyboard.press("Control+Enter");
  await expect(heading).not.toContainText("152 attacks");
  await expect(heading).toContainText("iskp");
  // Accept.
  await bench.keyboard.press("a");
  await expect(heading).toContainText("thousand camps");
  // Reject, with a reason.
  await bench.keyboard.press("r");
  await bench.keyboard.type("No source says so.");
  await bench.keyboard.press("Enter");
  await expect(bench.getByText("Nothing waits for review")).toBeVisible();
  const decided = read("proposals/decided.toml");
  expect(decided).toContain("No source says so.");
  expect(decided).toContain("changed: text");
  expect(decided.match(/\[\[decision\]\]/g)).toHaveLength(3);
  expect(read("relations.toml")).toContain("r-proposed-rivalry");
  await at("#/claims?open=attacks-152");
  await expect(bench.getByRole("article").getByRole("heading", { level: 1 })).toContainText("some 152 attacks");
});
