import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../..");
const binary = process.env.CASEFILE_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/casefile");

export interface Served {
  /** The copy of the case that is served. */
  folder: string;
  /** The address with its token, as `serve` printed it. */
  entry: string;
  origin: string;
  process: ChildProcess;
}

const PROPOSALS = `[proposal]
by = "a reader of the Secretary-General's report"
at = "2022-03-01"
about = "un-sg-afghanistan-2022-01"

[[claim]]
id = "attacks-152"
text = "From 19 August to the end of 2021 the UN recorded 152 attacks by IS Khorasan."
says = "152"
valid = "2021-08-19/2021-12-31"
credibility = 2
source = "un-sg-afghanistan-2022-01"
passage = { paragraph = 18 }

[claim.check]
kind = "amount"
measure = "events"
actor = "iskp"
place = "afghanistan"
period = "2021-08-19/2021-12-31"
concept = "attacks"

[[relation]]
id = "r-proposed-rivalry"
kind = "rivalry"
from = "iskp"
to = "taliban"
credibility = 3
source = "un-sg-afghanistan-2022-01"
passage = { paragraph = 19 }

[[claim]]
id = "proposed-and-poor"
text = "The group has a thousand camps."
source = "un-sg-afghanistan-2022-01"
passage = { paragraph = 20 }
untestable = "No data record camps."
`;

/** How many claims the worked case makes. */
export const CLAIMS = readdirSync(join(root, "cases/khorasan"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".toml") && !/^(\.casefile|out|proposals)\b/.test(file))
  .flatMap((file) => readFileSync(join(root, "cases/khorasan", file), "utf8").match(/^\[\[claim\]\]/gm) ?? []).length;

/** Serves a copy of the worked case, with a few proposals in it. */
export async function serve(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "casefile-web-"));
  cpSync(join(root, "cases/khorasan"), folder, { recursive: true });
  mkdirSync(join(folder, "proposals"), { recursive: true });
  writeFileSync(join(folder, "proposals/un.toml"), PROPOSALS);
  return await start(folder);
}

export async function start(folder: string): Promise<Served> {
  const process = spawn(binary, ["serve", folder, "--no-open"], { stdio: ["ignore", "pipe", "pipe"] });
  const entry = await new Promise<string>((done, fail) => {
    let said = "";
    const listen = (bytes: Buffer) => {
      said += bytes.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said);
      if (found) done(found[0]);
    };
    process.stdout.on("data", listen);
    process.stderr.on("data", listen);
    process.on("error", fail);
    process.on("exit", (code) => fail(new Error(`serve ended with ${code}: ${said}`)));
  });
  return { folder, entry, origin: new URL(entry).origin, process };
}

/** What the page did that it must not: requests that leave, policies broken, errors thrown. */
export interface Watch { strays: string[]; violations: string[]; thrown: string[] }

export const test = base.extend<{ bench: Page; watch: Watch; at: (hash: string) => Promise<void> }, { served: Served }>({
  served: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const served = await serve();
      await use(served);
      served.process.kill();
      rmSync(served.folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  watch: async ({ page, served }, use) => {
    const watch: Watch = { strays: [], violations: [], thrown: [] };
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== served.origin && protocol !== "blob:" && protocol !== "data:") watch.strays.push(request.url());
    });
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) watch.violations.push(message.text());
    });
    page.on("pageerror", (error) => watch.thrown.push(error.message));
    await use(watch);
    expect(watch.thrown, "nothing is thrown").toEqual([]);
    expect(watch.violations, "the content security policy holds").toEqual([]);
    expect(watch.strays, "no request leaves the workbench").toEqual([]);
  },
  bench: async ({ page, served, watch }, use) => {
    void watch;
    await page.goto(served.entry);
    await expect(page.getByRole("listbox", { name: "Claims" })).toBeVisible({ timeout: 60_000 });
    // The first check of a case takes some seconds; the screens say so meanwhile.
    await expect(page.locator(".line.v-contradicted").first()).toBeAttached({ timeout: 100_000 });
    await use(page);
  },
  at: async ({ bench, served }, use) => {
    await use(async (hash) => {
      await bench.goto(`${served.origin}/${hash}`);
    });
  },
});

export { expect };
