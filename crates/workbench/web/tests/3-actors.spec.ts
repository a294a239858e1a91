import { expect, test } from "./bench";

test("lineages and ties are drawn, and a slider moves through time", async ({ bench, at }) => {
  await at("#/actors");
  await expect(bench.getByRole("group", { name: "Lineages of the groups" }).locator("svg").first()).toBeVisible();
  const slider = bench.getByRole("slider", { name: "Month" });
  await slider.focus();
  const net = bench.getByRole("group", { name: /^Relations in/ });
  await expect(net.locator("svg").first()).toBeVisible();
  const before = await net.innerHTML();
  for (let step = 0; step < 30; step += 1) await bench.keyboard.press("ArrowLeft");
  await expect(bench).toHaveURL(/at=2019-08/);
  await expect(bench.getByRole("group", { name: "Relations in 2019-08" })).toBeVisible();
  await expect.poll(async () => await bench.getByRole("group", { name: "Relations in 2019-08" }).innerHTML()).not.toBe(before);
});

test("an actor's page holds names, leaders, strength with its model, ties, claims and contradictions", async ({ bench, at }) => {
  test.setTimeout(180_000);
  await at("#/actors");
  await bench.getByRole("searchbox", { name: "Search actors" }).fill("ISIS-K");
  await bench.getByRole("link", { name: /Islamic State Khorasan Province/ }).click();
  const page = bench.getByRole("article").first();
  await expect(page.getByText(/ISIL-KP/)).toBeVisible();
  await expect(page.getByText("Identifiers")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Leaders" })).toBeVisible();
  await expect(page.getByText(/Hafi[sz] Sa[ie]+d Khan/i).first()).toBeVisible();
  await expect(page.getByRole("img", { name: /estimates from .* modelled course/ })).toBeVisible({ timeout: 150_000 });
  await expect(page.getByRole("heading", { name: "Statements on its ties" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Claims about it" })).toBeVisible();
  await page.getByText(/^\d+ estimates in their sources' words/).click();
  await expect(page.getByRole("link", { name: "“as high as 4,000”" })).toBeVisible();
  await page.getByRole("link", { name: "show them" }).click();
  await expect(bench).toHaveURL(/#\/events\?actor=IS/);
});
