import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./bench";

const saved = "is saved.";

test("an expectation is judged while it is typed, and saved in place", async ({ bench, at, served }) => {
  const file = join(served.folder, "claims/0-introduction.toml");
  const before = readFileSync(file, "utf8");
  await at("#/write?edit=dozens-of-attacks");
  const verdict = bench.getByRole("complementary", { name: "Live verdict" });
  await expect(verdict).toContainText("consistent");
  await bench.getByLabel("says", { exact: true }).fill("at least 5,000");
  await expect(bench.locator(".phrase")).toContainText("5,000");
  await expect(verdict).not.toContainText("“dozens”");
  await bench.getByLabel("says", { exact: true }).fill("at least 60");
  await expect(verdict).toContainText("“at least 60”");
  await bench.keyboard.press("Control+s");
  await expect(bench.getByText("Saved in claims/0-introduction.toml.")).toBeVisible();
  const after = readFileSync(file, "utf8");
  expect(after).toBe(before.replace('says = "dozens"', 'says = "at least 60"'));
  await bench.getByRole("button", { name: "Undo the last write" }).click();
  await expect.poll(() => readFileSync(file, "utf8")).toBe(before);
  await bench.getByRole("button", { name: "Redo", exact: true }).first().click();
  await expect.poll(() => readFileSync(file, "utf8")).toBe(after);
  await bench.getByRole("button", { name: "Undo the last write" }).click();
  await expect.poll(() => readFileSync(file, "utf8")).toBe(before);
});

test("a wrong value is told at its field", async ({ bench, at }) => {
  await at("#/write?edit=dozens-of-attacks");
  await bench.getByLabel("source *", { exact: true }).fill("nobody");
  await expect(bench.locator(".field-slip").first()).toContainText("nobody");
  await bench.getByRole("button", { name: "Discard" }).click();
  await expect(bench.locator(".field-slip")).toHaveCount(0);
});

test("a source, a relation and an estimate are added in forms", async ({ bench, at, served }) => {
  await at("#/write?new=source");
  await bench.getByLabel("id *", { exact: true }).fill("test-source");
  await bench.getByLabel("type *", { exact: true }).selectOption("report");
  await bench.getByLabel("title *", { exact: true }).fill("A report for a test");
  await bench.getByLabel("reliability *", { exact: true }).selectOption("B");
  await bench.getByRole("button", { name: /^Save/ }).click();
  await expect(bench.getByText("Saved in sources.toml.")).toBeVisible();
  await at("#/write?new=estimate");
  await bench.getByLabel("id *", { exact: true }).fill("est-test");
  await bench.getByLabel("source *", { exact: true }).fill("test-source");
  await bench.getByLabel("actor *", { exact: true }).fill("iskp");
  await bench.getByLabel("quantity *", { exact: true }).fill("strength");
  await bench.getByLabel("unit *", { exact: true }).fill("fighters");
  await bench.getByLabel("value *", { exact: true }).fill("some 2,000");
  await bench.getByLabel("valid *", { exact: true }).fill("2020-06");
  await bench.getByRole("button", { name: "Add passage" }).click();
  await bench.getByLabel("page", { exact: true }).fill("3");
  await bench.getByRole("button", { name: /^Save/ }).click();
  await expect(bench.getByText("Saved in estimates.toml.")).toBeVisible();
  const text = readFileSync(join(served.folder, "estimates.toml"), "utf8");
  expect(text).toContain('id = "est-test"');
  expect(text).toContain('value = "some 2,000"');
  expect(text.startsWith("# Estimates by source")).toBe(true);
  await bench.getByRole("button", { name: "Undo the last write" }).click();
  await expect.poll(() => readFileSync(join(served.folder, "estimates.toml"), "utf8")).not.toContain("est-test");
  await bench.getByRole("button", { name: "Undo the last write" }).click();
  await expect.poll(() => readFileSync(join(served.folder, "sources.toml"), "utf8")).not.toContain("test-source");
});

test("raw TOML has completion, diagnostics, saving and undo", async ({ bench, at, served }) => {
  const file = join(served.folder, "relations.toml");
  const before = readFileSync(file, "utf8");
  await at("#/write/relations.toml");
  const editor = bench.getByRole("textbox", { name: "relations.toml" });
  await editor.click();
  await bench.keyboard.press("Control+End");
  await bench.keyboard.type('\n[[relation]]\nid = "r-typed"\nkind = "alli', { delay: 10 });
  await expect(bench.getByRole("option", { name: "alliance" })).toBeVisible();
  // The editor takes no Enter for a list that has only just come up.
  await bench.waitForTimeout(300);
  await bench.keyboard.press("Enter");
  await bench.keyboard.press("End");
  await bench.keyboard.type('\nfrom = "nobody-at-all', { delay: 10 });
  await expect(bench.getByRole("region", { name: "Diagnostics" })).toContainText("nobody-at-all");
  await bench.keyboard.press("Escape");
  await bench.keyboard.press("Control+s");
  await expect(bench.getByText(`relations.toml ${saved}`)).toBeVisible();
  expect(readFileSync(file, "utf8")).toContain('kind = "alliance"');
  await bench.getByRole("button", { name: "Undo the last write" }).click();
  await expect.poll(() => readFileSync(file, "utf8")).toBe(before);
  await expect(editor).not.toContainText("r-typed");
});

test("a file changed on disk meanwhile is a conflict, and is shown", async ({ bench, at, served }) => {
  const file = join(served.folder, "hypotheses.toml");
  const before = readFileSync(file, "utf8");
  await at("#/write/hypotheses.toml");
  const editor = bench.getByRole("textbox", { name: "hypotheses.toml" });
  await editor.click();
  await bench.keyboard.press("Control+Home");
  await bench.keyboard.type("# mine\n");
  writeFileSync(file, `# theirs\n${before}`);
  const dialog = bench.getByRole("dialog", { name: /has changed on disk/ });
  await expect(dialog.getByText("# theirs")).toBeVisible();
  await expect(dialog.getByText("# mine")).toBeVisible();
  await dialog.getByRole("button", { name: "Save mine over it" }).click();
  await expect.poll(() => readFileSync(file, "utf8")).toBe(`# mine\n${before}`);
  writeFileSync(file, before);
});

test("what is edited outside shows up at once", async ({ bench, at, served }) => {
  const file = join(served.folder, "claims/0-introduction.toml");
  const before = readFileSync(file, "utf8");
  await at("#/claims?open=dozens-of-attacks");
  const heading = bench.getByRole("article").getByRole("heading", { level: 1 });
  await expect(heading).toContainText("dozens of attacks");
  writeFileSync(file, before.replace("carried out dozens of attacks", "carried out dozens of raids"));
  await expect(heading).toContainText("dozens of raids");
  writeFileSync(file, before);
  await expect(heading).toContainText("dozens of attacks");
});

test("no keystroke is lost when the window dies", async ({ bench, at, served, context }) => {
  await at("#/write/control.toml");
  const editor = bench.getByRole("textbox", { name: "control.toml" });
  await editor.click();
  await bench.keyboard.press("Control+Home");
  await bench.keyboard.type("# half a thought, not saved\n");
  await bench.waitForTimeout(500);
  await bench.evaluate(() => localStorage.clear());
  const again = await context.newPage();
  await bench.close();
  await again.goto(`${served.origin}/#/write/control.toml`);
  await expect(again.getByRole("textbox", { name: "control.toml" })).toContainText("# half a thought, not saved");
  await again.getByRole("button", { name: "Discard" }).click();
  await expect(again.getByRole("textbox", { name: "control.toml" })).not.toContainText("half a thought");
});

test("the briefing is edited beside its preview", async ({ bench, at }) => {
  await at("#/write/brief.md");
  const editor = bench.getByRole("textbox", { name: "brief.md" });
  await expect(editor).toContainText("Islamic State in Afghanistan");
  const page = bench.frameLocator("iframe[title=Briefing]");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Islamic State in Afghanistan", { timeout: 40_000 });
  await editor.click();
  await bench.keyboard.press("Control+Home");
  await bench.keyboard.press("ArrowRight");
  await bench.keyboard.press("ArrowRight");
  await bench.keyboard.type("(draft) ");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("(draft)", { timeout: 40_000 });
  await bench.getByRole("button", { name: "Discard" }).click();
});
