import { words } from "../lib/words";
import { type Column, tableFromIPC } from "@uwdata/flechette";

/** A column of words: a code per event, and the words. Code 0 is “not stated”. */
export interface Coded {
  codes: Uint32Array;
  names: string[];
}

/** Events, or cells of a cube, column by column; sorted by first day. Days count from 1970. */
export interface Events {
  length: number;
  id: (event: number) => string;
  start: Int32Array;
  end: Int32Array;
  /** Degrees; NaN where unknown. */
  lat: Float32Array;
  lon: Float32Array;
  /** Precision of the place in km; NaN where unknown. */
  km: Float32Array;
  /** Precision of the date in days. */
  days: Int32Array;
  /** Number of events: 1, or the size of a cell. */
  n: Uint32Array;
  low: Int32Array;
  best: Int32Array;
  high: Int32Array;
  dataset: Coded;
  country: Coded;
  admin1: Coded;
  place: Coded;
  sideA: Coded;
  sideB: Coded;
  dyad: Coded;
  violence: Coded;
  /** Datasets whose rows may not be passed on. */
  restricted: Set<string>;
  /** Whether points are the centres of half-degree grid cells, not the places themselves. */
  gridded: boolean;
}

export const NOT_STATED = "not stated";

type Numbers = Float32Array | Int32Array | Uint32Array;

/** Copies a column of numbers; what is missing becomes `absent`. */
function numbers<T extends Numbers>(column: Column<unknown> | null, into: T, absent: number): T {
  if (!column) return into.fill(absent) as T;
  let at = 0;
  for (const batch of column.data) {
    const { values, length, nullCount } = batch as unknown as { values: ArrayLike<number | bigint>; length: number; nullCount: number };
    if (nullCount === 0 && !(values instanceof BigInt64Array) && !(values instanceof BigUint64Array)) {
      for (let i = 0; i < length; i += 1) into[at + i] = values[i] as number;
    } else {
      for (let i = 0; i < length; i += 1) {
        const value = batch.at(i);
        into[at + i] = value === null || value === undefined ? absent : Number(value);
      }
    }
    at += length;
  }
  return into;
}

/** Codes of a dictionary column; batches may have dictionaries of their own. */
function coded(column: Column<unknown> | null, length: number): Coded {
  const codes = new Uint32Array(length);
  const names = [NOT_STATED];
  if (!column) return { codes, names };
  const known = new Map<string, number>();
  const code = (name: unknown) => {
    if (typeof name !== "string" || name === "") return 0;
    let found = known.get(name);
    if (found === undefined) {
      found = names.push(name) - 1;
      known.set(name, found);
    }
    return found;
  };
  let at = 0;
  for (const batch of column.data) {
    const inner = batch as unknown as { length: number; nullCount: number; values?: ArrayLike<number>; dictionary?: Column<unknown> };
    if (inner.dictionary && inner.values) {
      const translate = Uint32Array.from({ length: inner.dictionary.length }, (_, k) => code(inner.dictionary!.at(k)));
      for (let i = 0; i < inner.length; i += 1) {
        codes[at + i] = inner.nullCount && batch.at(i) === null ? 0 : (translate[inner.values[i]!] ?? 0);
      }
    } else {
      for (let i = 0; i < inner.length; i += 1) codes[at + i] = code(batch.at(i));
    }
    at += inner.length;
  }
  return { codes, names };
}

/** Reads what `GET /api/events` answers. */
export function read(buffer: ArrayBuffer): Events {
  const table = tableFromIPC(buffer);
  const length = table.numRows;
  const column = (name: string) => (table.schema.fields.some((field) => field.name === name) ? table.getChild(name) : null) as Column<unknown> | null;
  const ids = column("id");
  const word = (name: string) => coded(column(name), length);
  const told = table.schema.metadata?.get("restricted") ?? "";
  return {
    length,
    id: (event) => words(ids?.at(event) ?? event),
    start: numbers(column("start"), new Int32Array(length), 0),
    end: numbers(column("end"), new Int32Array(length), 0),
    lat: numbers(column("lat"), new Float32Array(length), NaN),
    lon: numbers(column("lon"), new Float32Array(length), NaN),
    km: numbers(column("place_km"), new Float32Array(length), NaN),
    days: numbers(column("date_days"), new Int32Array(length), 0),
    n: numbers(column("n"), new Uint32Array(length), 1),
    low: numbers(column("low"), new Int32Array(length), 0),
    best: numbers(column("best"), new Int32Array(length), 0),
    high: numbers(column("high"), new Int32Array(length), 0),
    dataset: word("dataset"),
    country: word("country"),
    admin1: word("admin1"),
    place: word("place"),
    sideA: word("side_a"),
    sideB: word("side_b"),
    dyad: word("dyad"),
    violence: word("violence"),
    restricted: new Set(told.startsWith("[") ? (JSON.parse(told) as string[]) : told.split(/[\s,]+/).filter(Boolean)),
    gridded: table.schema.metadata?.get("positions") === "priogrid",
  };
}
