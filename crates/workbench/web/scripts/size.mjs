// The built app compressed: what is sent at first, and all of it. Fails above 1.5 MB.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const sizes = files.map((entry) => [entry.name, gzipSync(readFileSync(`${entry.parentPath}/${entry.name}`), { level: 9 }).length]);
const kb = (bytes) => `${Math.round(bytes / 1000)} kB`;
const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
const index = readFileSync(new URL("index.html", dist), "utf8");
const first = sizes.filter(([name]) => name === "index.html" || index.includes(name)).reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`compressed: ${kb(first)} at first, ${kb(total)} in all`);
if (total > 1_500_000) {
  console.error("the app must not be larger than 1.5 MB compressed");
  process.exit(1);
}
