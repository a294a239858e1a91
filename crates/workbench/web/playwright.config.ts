import { defineConfig } from "@playwright/test";

/** The tests run in the Chromium of the machine, against `casefile serve` on a copy of the worked case. */
export default defineConfig({
  testDir: "tests",
  timeout: 120_000,
  expect: { timeout: 40_000 },
  workers: 1,
  fullyParallel: false,
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
      ],
    },
  },
});
