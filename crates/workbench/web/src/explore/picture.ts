import { atlas } from "../lib/atlas";
import { plain, ymd } from "../lib/days";
import { at, type Frame, kmAt, mx, my, paths } from "../lib/mercator";
import { colour } from "../lib/theme";
import type { Dataset } from "../lib/types";
import type { Crossfilter } from "./crossfilter";
import { shown } from "./map";
import { dotSize } from "./sites-layer";
import type { View } from "./view";

const WIDTH = 1200;
const MAP = 640;
const TIME = 170;

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** What is filtered, in a line. */
export function caption(filter: Crossfilter, view: View): string {
  const count = new Intl.NumberFormat("en-GB");
  const said = [`${count.format(filter.total)} events`, `${count.format(filter.deaths.best)} deaths (${count.format(filter.deaths.low)}–${count.format(filter.deaths.high)})`];
  if (view.time) said.push(`${plain(view.time[0])} to ${plain(view.time[1])}`);
  for (const words of Object.values(view.chosen)) said.push(words.join(" or "));
  if (view.box) said.push("within a box on the map");
  if (view.exactPlaces) said.push("without vague places");
  if (view.exactDates) said.push("without vague dates");
  return said.join(" · ");
}

/** The map and the histogram as they are seen, as one SVG that stands alone. */
export async function svg(filter: Crossfilter, view: View, title: string, datasets: Dataset[]): Promise<string> {
  const [paper, ink, muted, blue, focus, border, sea] = ["fig-paper", "fig-ink", "fig-muted", "fig-blue", "fig-focus", "fig-border", "fig-sea"].map(colour) as [string, string, string, string, string, string, string];
  const bounds = shown?.getBounds();
  const [west, east, north, south] = bounds ? [bounds.getWest(), bounds.getEast(), bounds.getNorth(), bounds.getSouth()] : [60, 75, 39, 29];
  const wide = Math.max(mx(east) - mx(west), ((my(south) - my(north)) * WIDTH) / MAP);
  const scale = WIDTH / wide;
  const frame: Frame = { x: (mx(west) + mx(east)) / 2 - wide / 2, y: (my(north) + my(south)) / 2 - MAP / scale / 2, scale, width: WIDTH, height: MAP };
  const land = paths(await atlas(), frame).map(({ d }) => `<path d="${d}" fill="${focus}" stroke="${border}" stroke-width=".8" stroke-linejoin="round"/>`);
  const sizes = WIDTH / Math.max(1, shown?.getContainer().clientWidth ?? WIDTH);
  const used = new Set([...filter.rows].map((i) => filter.events.dataset.names[filter.events.dataset.codes[i]!]!));
  const credit = datasets.filter((each) => used.has(each.id)).map((each) => each.attribution ?? `${each.title} ${each.version}`).join("; ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${MAP + TIME + 120}" width="${WIDTH}" height="${MAP + TIME + 120}" font-family="system-ui,Noto Sans,Arial,sans-serif">`,
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="${paper}"/>`,
    `<text x="20" y="32" font-size="20" font-weight="600" fill="${ink}">${escape(title)}</text>`,
    `<text x="20" y="56" font-size="14" fill="${muted}">${escape(caption(filter, view))}</text>`,
    `<svg y="72" width="${WIDTH}" height="${MAP}" viewBox="0 0 ${WIDTH} ${MAP}"><rect width="100%" height="100%" fill="${sea}"/>${land.join("")}${dots(filter, frame, sizes, blue)}</svg>`,
    bars(filter, view, MAP + 84, blue, ink, muted),
    `<text x="20" y="${MAP + TIME + 108}" font-size="12" fill="${muted}">${escape(`Data: ${credit || "–"}. Map: Natural Earth. Circles with a broken rim: somewhere within.`)}</text></svg>`,
  ].join("\n");
}

function dots(filter: Crossfilter, frame: Frame, sizes: number, blue: string): string {
  const { lat, lon, km, length } = filter.sites;
  let most = 1;
  for (let i = 1; i < length; i += 1) if (km[i] === 0) most = Math.max(most, filter.places[i]!);
  const drawn: string[] = [];
  for (const areas of [true, false]) {
    for (let i = 1; i < length; i += 1) {
      const value = filter.places[i]!;
      if (value <= 0 || km[i]! > 0 !== areas) continue;
      const [x, y] = at(frame, lon[i]!, lat[i]!);
      const r = areas ? km[i]! * kmAt(lat[i]!) * frame.scale : dotSize(value, most) * sizes;
      if (x < -r || y < -r || x > frame.width + r || y > frame.height + r) continue;
      drawn.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r.toFixed(1)}" fill="${blue}" stroke="${blue}" ${areas ? 'fill-opacity=".08" stroke-opacity=".5" stroke-dasharray="3 4"' : 'fill-opacity=".5"'}/>`);
    }
  }
  return drawn.join("");
}

function bars(filter: Crossfilter, view: View, top: number, blue: string, ink: string, muted: string): string {
  const { edges } = filter.bins;
  const [first, last] = [edges[0]!, edges.at(-1)!];
  const x = (day: number) => 50 + ((day - first) / (last - first)) * (WIDTH - 70);
  const most = Math.max(1, ...filter.exact.map((n, i) => n + filter.spread[i]!));
  const base = top + TIME - 30;
  const height = (n: number) => (n / most) * (TIME - 46);
  const drawn = [`<text x="44" y="${top + 20}" font-size="12" text-anchor="end" fill="${muted}">${Math.round(most)}</text>`];
  for (let i = 0; i < edges.length - 1; i += 1) {
    const inside = !view.time || (edges[i]! <= view.time[1] && edges[i + 1]! > view.time[0]);
    const w = Math.max(0.8, x(edges[i + 1]!) - x(edges[i]!) - 0.6).toFixed(2);
    const [sure, maybe] = [height(filter.exact[i]!), height(filter.spread[i]!)];
    if (sure > 0) drawn.push(`<rect x="${x(edges[i]!).toFixed(1)}" y="${(base - sure).toFixed(1)}" width="${w}" height="${sure.toFixed(1)}" fill="${blue}" opacity="${inside ? 1 : 0.28}"/>`);
    if (maybe > 0) drawn.push(`<rect x="${x(edges[i]!).toFixed(1)}" y="${(base - sure - maybe).toFixed(1)}" width="${w}" height="${maybe.toFixed(1)}" fill="${blue}" opacity="${inside ? 0.4 : 0.14}"/>`);
  }
  drawn.push(`<line x1="50" x2="${WIDTH - 20}" y1="${base}" y2="${base}" stroke="${ink}"/>`);
  const [y0, y1] = [ymd(first)[0], ymd(last)[0]];
  const every = [1, 2, 5, 10, 20, 50].find((step) => (y1 - y0) / step < 18) ?? 100;
  for (let year = Math.ceil(y0 / every) * every; year <= y1; year += every) {
    const where = x(Date.UTC(year, 0, 1) / 86_400_000);
    if (where > 48) drawn.push(`<text x="${where.toFixed(1)}" y="${base + 18}" font-size="12" text-anchor="middle" fill="${muted}">${year}</text>`);
  }
  return drawn.join("");
}

/** The same picture in pixels, at twice its size. */
export async function png(picture: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture could not be made"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
