import { batch, signal } from "@preact/signals";
import { bytes } from "../lib/api";
import { go, route, write } from "../lib/route";
import { Crossfilter, FACETS, type FacetName } from "./crossfilter";
import { read } from "./events";
import { EVERYTHING, readView, type View, writeView } from "./view";

/** The events with their filters, the view, and a number that rises with each change of what is left. */
export const filter = signal<Crossfilter | null>(null);
export const view = signal<View>(EVERYTHING);
export const drawn = signal(0);
export const slip = signal<unknown>(null);

let loading: Promise<void> | null = null;
let loadedAt = -1;

/** Fetches the events, once for each state of the case's data. */
export function load(revision: number) {
  if (loading && loadedAt === revision) return;
  loadedAt = revision;
  loading = bytes("/api/events").then(
    (buffer) => {
      const made = new Crossfilter(read(buffer));
      batch(() => {
        filter.value = made;
        slip.value = null;
        const wanted = readView(route.peek().query);
        view.value = EVERYTHING;
        change(wanted, false);
        drawn.value += 1;
      });
    },
    (wrong: unknown) => {
      slip.value = wrong;
    },
  );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
let timer = 0;

/** Changes the view: filters what differs, draws all parts anew, and keeps the address in step. */
export function change(part: Partial<View>, keep = true) {
  const made = filter.peek();
  const old = view.peek();
  const next = { ...old, ...part };
  if (!made || same(old, next)) return;
  const start = performance.now();
  if (next.measure !== old.measure) made.measure(next.measure);
  if (!same(next.time, old.time)) made.time(next.time);
  if (!same(next.box, old.box)) made.box(next.box);
  for (const name of FACETS) if (!same(next.chosen[name], old.chosen[name])) made.choose(name, next.chosen[name] ?? []);
  if (next.exactPlaces !== old.exactPlaces || next.exactDates !== old.exactDates) made.exclude(next.exactPlaces, next.exactDates);
  batch(() => {
    view.value = next;
    drawn.value += 1;
  });
  // From the hand's move until all parts but the graphics card's are drawn; for tests, and for whoever looks.
  requestAnimationFrame(() => performance.measure("filter", { start }));
  if (!keep) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    if (route.peek().screen !== "events") return;
    const query = writeView(view.peek());
    const row = route.peek().query.get("row");
    if (row) query.set("row", row);
    go(write("events", "", query), true);
  }, 150);
}

/** Follows the address, when the reader goes back or opens a link. */
export function follow(query: URLSearchParams) {
  const wanted = readView(query);
  change({ ...wanted, camera: wanted.camera ?? view.peek().camera }, false);
}

export function choose(name: FacetName, words: string[]) {
  const chosen = { ...view.peek().chosen };
  if (words.length === 0) delete chosen[name];
  else chosen[name] = words;
  change({ chosen });
}
