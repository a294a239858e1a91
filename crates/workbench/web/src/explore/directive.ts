import { edtf } from "../lib/days";
import type { Choice } from "../lib/types";
import type { View } from "./view";

/** Names of the data that the case knows under an id of its own. */
export interface Known { actors: Map<string, string>; places: Map<string, string> }

const plain = (name: string) => name.toLowerCase().replace(/\b(province|district|city|town)\b/g, "").replace(/\s+/g, " ").trim();

/** Ids by name: whole names first, then names without “province”. */
export function known(actors: { id: string; names: string[] }[], places: Choice[]): Known {
  const by = (pairs: [string, string][]) => {
    const found = new Map<string, string>();
    for (const [name, id] of pairs) if (!found.has(plain(name))) found.set(plain(name), id);
    return found;
  };
  return {
    actors: by(actors.flatMap(({ id, names }) => names.map((name): [string, string] => [name, id]))),
    places: by(places.flatMap(({ id, label }): [string, string][] => [[label, id], [id.replaceAll("-", " "), id]])),
  };
}

export interface Selection { keys: [string, string | string[]][]; missing: string[] }

/** The view as a selection in the words of a case; what has no id, or no key, is told. */
export function selection(view: View, ids: Known): Selection {
  const keys: Selection["keys"] = [];
  const missing: string[] = [];
  const translate = (names: readonly string[] | undefined, table: Map<string, string>) =>
    (names ?? []).flatMap((name) => {
      const id = table.get(plain(name));
      if (!id) missing.push(name);
      return id ? [id] : [];
    });
  const actors = translate(view.chosen.actor, ids.actors);
  if (actors.length > 0) keys.push(["actor", actors]);
  const places = [...translate(view.chosen.country, ids.places), ...translate(view.chosen.admin1, ids.places)];
  if (places.length > 0) keys.push(["place", places]);
  if (view.chosen.violence) keys.push(["violence", view.chosen.violence]);
  if (view.chosen.dataset?.length === 1) keys.push(["dataset", view.chosen.dataset[0]!]);
  if (view.time) keys.push(["period", edtf(view.time[0], view.time[1])]);
  if (view.box) missing.push("the box on the map");
  for (const name of ["dyad", "toll", "placed", "dated"] as const) missing.push(...(view.chosen[name] ?? []));
  return { keys, missing };
}

const bare = (value: string | string[]) => {
  const words = Array.isArray(value) ? value.join(",") : value;
  return /\s/.test(words) ? `"${words}"` : words;
};

/** A figure for the briefing. */
export function figure(view: View, kind: "timeline" | "map", { keys }: Selection): string {
  const measure = view.measure === "deaths" ? "deaths" : "events";
  return `::figure{${[kind, `measure=${measure}`, ...(kind === "timeline" ? ["by=month"] : []), ...keys.map(([key, value]) => `${key}=${bare(value)}`)].join(" ")}}`;
}

const text = (value: string) => JSON.stringify(value);

/** A claim that the view's own figure makes true; sentence and source are the analyst's to write. */
export function claim(view: View, { keys }: Selection, figure: number): string {
  const exact: [string, string | number][] = [];
  if (view.exactPlaces) exact.push(["max-place-km", 25]);
  if (view.exactDates) exact.push(["max-date-days", 7]);
  const period = keys.find(([key]) => key === "period")?.[1];
  return [
    "[[claim]]",
    'id = "new-claim"',
    `text = ${text(`${figure} ${view.measure}.`)}`,
    `says = ${text(String(figure))}`,
    ...(typeof period === "string" ? [`valid = ${text(period)}`] : []),
    'source = ""',
    "",
    "[claim.check]",
    'kind = "amount"',
    `measure = ${text(view.measure)}`,
    ...keys.map(([key, value]) => `${key} = ${Array.isArray(value) ? (value.length === 1 ? text(value[0]!) : `[${value.map(text).join(", ")}]`) : text(value)}`),
    ...exact.map(([key, value]) => `${key} = ${value}`),
    "",
  ].join("\n");
}
