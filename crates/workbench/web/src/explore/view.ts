import { day, iso } from "../lib/days";
import { type Box, FACETS, type FacetName, type Measure } from "./crossfilter";

/** What the reader sees of the events; it travels in the address. */
export interface View {
  time: [number, number] | null;
  box: Box | null;
  chosen: Partial<Record<FacetName, string[]>>;
  /** Leave out events whose place, or date, is known only vaguely. */
  exactPlaces: boolean;
  exactDates: boolean;
  measure: Measure;
  /** Middle and zoom of the map. */
  camera: [number, number, number] | null;
}

export const EVERYTHING: View = { time: null, box: null, chosen: {}, exactPlaces: false, exactDates: false, measure: "events", camera: null };

const numbers = (text: string | null, many: number) => {
  const found = (text ?? "").split(",").map(Number);
  return text && found.length === many && found.every(Number.isFinite) ? found : null;
};

export function readView(query: URLSearchParams): View {
  const [from = "", to = ""] = (query.get("t") ?? "").split("..");
  const [first, last] = [day(from), day(to)];
  const box = numbers(query.get("bbox"), 4);
  const camera = numbers(query.get("map"), 3);
  const chosen: View["chosen"] = {};
  for (const name of FACETS) {
    const words = query.getAll(name).filter(Boolean);
    if (words.length > 0) chosen[name] = words;
  }
  const only = (query.get("only") ?? "").split(",");
  return {
    time: Number.isFinite(first) && Number.isFinite(last) && first <= last ? [first, last] : null,
    box: box && { west: box[0]!, south: box[1]!, east: box[2]!, north: box[3]! },
    chosen,
    exactPlaces: only.includes("places"),
    exactDates: only.includes("dates"),
    measure: query.get("measure") === "deaths" ? "deaths" : "events",
    camera: camera as View["camera"],
  };
}

const short = (n: number, digits: number) => String(Number(n.toFixed(digits)));

export function writeView(view: View): URLSearchParams {
  const query = new URLSearchParams();
  if (view.time) query.set("t", `${iso(view.time[0])}..${iso(view.time[1])}`);
  if (view.box) query.set("bbox", [view.box.west, view.box.south, view.box.east, view.box.north].map((n) => short(n, 3)).join(","));
  for (const name of FACETS) for (const word of view.chosen[name] ?? []) query.append(name, word);
  const only = [view.exactPlaces && "places", view.exactDates && "dates"].filter(Boolean).join(",");
  if (only) query.set("only", only);
  if (view.measure !== "events") query.set("measure", view.measure);
  if (view.camera) query.set("map", `${short(view.camera[0], 3)},${short(view.camera[1], 3)},${short(view.camera[2], 2)}`);
  return query;
}
