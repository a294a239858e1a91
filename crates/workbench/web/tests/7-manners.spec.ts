import { expect, test } from "./bench";

const SCREENS = ["#/claims", "#/claims?open=dozens-of-attacks", "#/events", "#/actors/iskp", "#/write?edit=dozens-of-attacks", "#/write/brief.md", "#/review"];

test("keys lead everywhere, and ? tells them", async ({ bench }) => {
  await bench.keyboard.press("?");
  const help = bench.getByRole("dialog", { name: "Keys" });
  await expect(help.getByText("go to events")).toBeVisible();
  await expect(help.getByText("next claim")).toBeVisible();
  await bench.keyboard.press("Escape");
  await expect(help).toBeHidden();
  for (const [key, screen] of [["v", "events"], ["a", "actors"], ["w", "write"], ["r", "review"], ["c", "claims"]]) {
    await bench.keyboard.press("g");
    await bench.keyboard.press(key!);
    await expect(bench).toHaveURL(new RegExp(`#/${screen}`));
  }
});

test("every control has a name, every picture words, every screen one main part", async ({ bench, at }) => {
  for (const hash of SCREENS) {
    await at(hash);
    await bench.waitForTimeout(900);
    const nameless = await bench.evaluate(() => {
      const named = (element: Element) => {
        const by = element.getAttribute("aria-labelledby");
        return element.getAttribute("aria-label") ?? (by ? document.getElementById(by)?.textContent : null) ?? element.getAttribute("title") ?? ((element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent);
      };
      const controls = [...document.querySelectorAll("button,a[href],input,select,textarea,[role=img],[role=slider],iframe,dialog")];
      return controls.filter((element) => !named(element)?.trim()).map((element) => element.outerHTML.slice(0, 120));
    });
    expect(nameless, hash).toEqual([]);
    expect(await bench.locator("main").count()).toBe(1);
  }
});

test("text stands out from its ground in both themes", async ({ bench }) => {
  for (const theme of ["light", "dark"]) {
    await bench.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    const poor = await bench.evaluate(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
      const rgba = (colour: string) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const light = ([r, g, b]: number[]) => {
        const [x, y, z] = [r!, g!, b!].map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
      };
      const ground = (element: Element | null): number[] => {
        if (!element) return [255, 255, 255, 255];
        const own = rgba(getComputedStyle(element).backgroundColor);
        if (own[3] === 255) return own;
        const under = ground(element.parentElement);
        const part = own[3]! / 255;
        return [0, 1, 2].map((k) => own[k]! * part + under[k]! * (1 - part));
      };
      const found: string[] = [];
      for (const element of document.querySelectorAll("p,span,a,button,h1,h2,label,b,output")) {
        const shown = element as HTMLElement;
        if (!shown.innerText?.trim() || shown.offsetParent === null || (shown as HTMLButtonElement).disabled) continue;
        const [a, b] = [light(rgba(getComputedStyle(element).color)), light(ground(element))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${shown.innerText.slice(0, 30)} ${shown.className}`);
      }
      return [...new Set(found)].slice(0, 8);
    });
    expect(poor, theme).toEqual([]);
  }
});

test("a phone shows every screen without sideways scrolling", async ({ bench, at }) => {
  await bench.setViewportSize({ width: 390, height: 844 });
  for (const hash of SCREENS) {
    await at(hash);
    await bench.waitForTimeout(900);
    const wide = await bench.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, hash).toBeLessThanOrEqual(0);
  }
});

test("the first paint comes at once, and nothing is fetched from elsewhere", async ({ served, page, watch }) => {
  void watch;
  await page.goto(served.entry);
  await expect(page.getByRole("listbox", { name: "Claims" }).getByRole("option").first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole("listbox", { name: "Claims" }).getByRole("option").first()).toBeVisible();
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]!.startTime);
  console.log(`first contentful paint: ${Math.round(paint)} ms`);
  expect(paint).toBeLessThan(3000);
});

test("the theme follows the system until it is chosen, and the choice is kept", async ({ bench }) => {
  await bench.keyboard.press("t");
  const theme = await bench.evaluate(() => document.documentElement.dataset.theme);
  await bench.reload();
  expect(await bench.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
});

test("without a key the workbench says what to do", async ({ browser, served }) => {
  const stranger = await (await browser.newContext()).newPage();
  const answer = await stranger.request.get(`${served.origin}/api/case`);
  expect(answer.status()).toBe(401);
  await stranger.goto(`${served.origin}/`);
  await expect(stranger.getByText(/casefile serve/).first()).toBeVisible();
});
