import type { Coded, Events } from "./events";

/** Facets that are made from numbers: how exact, how deadly. */

function stepped(values: ArrayLike<number>, length: number, step: (value: number) => number, names: string[]): Coded {
  const codes = new Uint32Array(length);
  for (let i = 0; i < length; i += 1) codes[i] = step(values[i]!);
  return { codes, names };
}

/** A place is vague when all that is known is a circle wider than this, in km. */
export const VAGUE_KM = 25;
/** A date is vague when it is known only within more days than this. */
export const VAGUE_DAYS = 7;

export const placeSteps = (events: Events) =>
  stepped(
    events.km,
    events.length,
    (km) => (Number.isNaN(km) ? 0 : km <= 5 ? 1 : km <= VAGUE_KM ? 2 : km <= 60 ? 3 : km <= 150 ? 4 : 5),
    ["not known", "within 5 km", "within 25 km", "within 60 km", "within 150 km", "wider"],
  );

export const dateSteps = (events: Events) =>
  stepped(
    Int32Array.from({ length: events.length }, (_, i) => Math.max(events.days[i]!, events.end[i]! - events.start[i]! + 1)),
    events.length,
    (days) => (days <= 1 ? 0 : days <= VAGUE_DAYS ? 1 : days <= 31 ? 2 : 3),
    ["to the day", "within a week", "within a month", "longer"],
  );

export const tollSteps = (events: Events) =>
  stepped(
    events.best,
    events.length,
    (deaths) => (deaths <= 0 ? 0 : deaths === 1 ? 1 : deaths < 5 ? 2 : deaths < 25 ? 3 : deaths < 100 ? 4 : 5),
    ["none", "1", "2–4", "5–24", "25–99", "100 or more"],
  );
