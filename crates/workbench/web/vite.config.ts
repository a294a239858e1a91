import { defineConfig } from "vitest/config";

// The app is served from the root of `casefile serve`, under a policy without inline script or style.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src 'self'";

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { fs: { allow: ["../.."] }, proxy: { "/api": process.env.CASEFILE_API ?? "http://127.0.0.1:8123" } },
  preview: { headers: { "Content-Security-Policy": policy } },
  test: { include: ["src/**/*.test.ts"], benchmark: { include: ["src/**/*.bench.ts"] } },
});
