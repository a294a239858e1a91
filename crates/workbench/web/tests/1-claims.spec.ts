import { CLAIMS, expect, test } from "./bench";

test("claims are filtered and searched as one types, and the view is in the address", async ({ bench }) => {
  const list = bench.getByRole("listbox", { name: "Claims" });
  await expect(list.getByRole("option")).toHaveCount(CLAIMS);
  await bench.keyboard.press("/");
  await bench.keyboard.type("kabul airport");
  const found = list.getByRole("option");
  await expect(found.first()).toContainText(/Kabul/);
  expect(await found.count()).toBeLessThan(12);
  await expect(bench).toHaveURL(/q=kabul\+airport/);
  await bench.getByRole("searchbox", { name: "Search claims" }).fill("");
  await bench.getByRole("button", { name: /contradicted/ }).click();
  await expect(found).toHaveCount(2);
  await expect(bench).toHaveURL(/verdict=contradicted/);
  await bench.reload();
  await expect(found).toHaveCount(2);
});

test("one screen holds everything behind a verdict", async ({ bench, at }) => {
  await at("#/claims?open=dozens-of-attacks");
  const sheet = bench.getByRole("article");
  await expect(sheet.getByRole("heading", { level: 1 })).toHaveText("After the takeover IS Khorasan carried out dozens of attacks.");
  await expect(sheet.getByText("Terror Against the Taliban")).toBeVisible();
  await expect(sheet.getByText(/p\. 1.*paragraph 23/)).toBeVisible();
  await expect(sheet.getByText("Grades")).toBeVisible();
  await expect(sheet.getByText(/“dozens”: at least 12/)).toBeVisible();
  await expect(sheet.locator("dd b", { hasText: "68 events" })).toBeVisible();
  await expect(sheet.getByRole("img", { name: /The claim “dozens”/ })).toBeVisible();
  await expect(sheet.getByRole("img", { name: /^Map of/ })).toBeVisible();
  await expect(sheet.getByRole("heading", { name: "What would change it" })).toBeVisible();
  await expect(sheet.getByRole("heading", { name: "History of the verdict" })).toBeVisible();
  await sheet.getByText("The query", { exact: true }).click();
  await expect(sheet.getByText(/FROM cube/).first()).toBeVisible();
  await sheet.getByText(/As written in/).click();
  await expect(sheet.getByText('id = "dozens-of-attacks"')).toBeVisible();
});

test("a sentence leads to a row in two clicks, a row to every claim that rests on it in one", async ({ bench }) => {
  await bench.getByText("At least 183 people", { exact: false }).first().click();
  await bench.getByRole("region", { name: "Rows behind the figure" }).getByRole("button").first().click();
  const row = bench.getByRole("complementary", { name: /^Row/ });
  await expect(row.getByText(/claims? rests? on it/)).toBeVisible();
  const resting = row.getByRole("listitem");
  expect(await resting.count()).toBeGreaterThan(1);
  await resting.last().getByRole("link").click();
  await expect(bench).not.toHaveURL(/airport-183/);
  await expect(bench.getByRole("article").getByRole("heading", { level: 1 })).toBeVisible();
});

test("claims can be walked through with keys alone", async ({ bench }) => {
  await bench.keyboard.press("j");
  const heading = bench.getByRole("article").getByRole("heading", { level: 1 });
  await expect(heading).toBeVisible();
  const first = await heading.textContent();
  await bench.keyboard.press("j");
  await expect(heading).not.toHaveText(first!);
  await bench.keyboard.press("k");
  await expect(heading).toHaveText(first!);
  await bench.keyboard.press("Escape");
  await expect(heading).toBeHidden();
});

test("a search without a hit says so and offers a way back", async ({ bench }) => {
  await bench.getByRole("searchbox", { name: "Search claims" }).fill("xyzzy");
  await expect(bench.getByText("No claim fits")).toBeVisible();
  await bench.getByRole("button", { name: `Show all ${CLAIMS}` }).click();
  await expect(bench.getByRole("listbox", { name: "Claims" }).getByRole("option")).toHaveCount(CLAIMS);
});
