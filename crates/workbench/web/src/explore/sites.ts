import type { Events } from "./events";
import { VAGUE_KM } from "./steps";

/** Places as the map draws them: one for each point and precision. Site 0 is “nowhere”: events without a place. */
export interface Sites {
  length: number;
  of: Uint32Array;
  lat: Float32Array;
  lon: Float32Array;
  /** Radius of the area in km, 0 for a point. */
  km: Float32Array;
}

/** Most sites that are kept apart; beyond it places are rounded to a grid, which no eye can tell at that density. */
const MOST = 60_000;

const KM_IN_DEGREE = 111;

function gather(events: Events, grain: number): Sites | null {
  const of = new Uint32Array(events.length);
  const known = new Map<number, number>();
  const lat = [NaN];
  const lon = [NaN];
  const km = [0];
  for (let i = 0; i < events.length; i += 1) {
    const reach = Number.isNaN(events.km[i]!) ? 0 : events.km[i]!;
    const radius = reach > VAGUE_KM ? Math.min(500, Math.round(reach)) : 0;
    // An area need not be placed more finely than an eighth of its own width: so areas that all but coincide are one.
    const step = Math.max(grain, radius / KM_IN_DEGREE / 4);
    const y = Math.round((events.lat[i]! + 90) / step);
    const x = Math.round((events.lon[i]! + 180) / step);
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    const key = (y * 8_000_000 + x) * 512 + radius;
    let site = known.get(key);
    if (site === undefined) {
      if (lat.length > MOST) return null;
      site = lat.push(y * step - 90) - 1;
      lon.push(x * step - 180);
      km.push(radius);
      known.set(key, site);
    }
    of[i] = site;
  }
  return { length: lat.length, of, lat: Float32Array.from(lat), lon: Float32Array.from(lon), km: Float32Array.from(km) };
}

export function sites(events: Events): Sites {
  for (const grain of [0.0001, 0.01, 0.05, 0.1, 0.25]) {
    const found = gather(events, grain);
    if (found) return found;
  }
  return gather(events, 1)!;
}
