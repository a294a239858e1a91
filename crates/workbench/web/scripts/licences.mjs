// Holds the licences of all packages against a list, as `deny.toml` does for crates; and no address of a registry in the lock.
import { readFileSync } from "node:fs";

const ADMITTED = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "CC0-1.0", "Unlicense", "BlueOak-1.0.0", "Python-2.0", "CC-BY-4.0"];
// MPL-2.0 binds changes to its own files only; these are used while building and are not in the app.
const BUILD_ONLY = ["lightningcss"];

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const slips = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === "") continue;
  const name = path.replace(/^.*node_modules\//, "");
  const words = String(entry.license ?? "none").replace(/[()]/g, "").split(" OR ");
  const exempt = entry.dev && BUILD_ONLY.some((each) => name === each || name.startsWith(`${each}-`));
  if (!exempt && !words.some((word) => word.split(" AND ").every((part) => ADMITTED.includes(part)))) slips.push(`${name}: licence ${words.join(" OR ")}`);
  if (entry.resolved) slips.push(`${name}: the lock names a registry`);
}
if (slips.length > 0) {
  console.error(slips.join("\n"));
  process.exit(1);
}
console.log(`${Object.keys(lock.packages).length - 1} packages, all with admitted licences`);
