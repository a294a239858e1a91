import { feature, mesh } from "topojson-client";
import type { FeatureCollection, MultiLineString, Polygon, MultiPolygon } from "geojson";
import type { GeometryCollection, Topology } from "topojson-specification";
import address from "world-atlas/countries-50m.json?url";

/** Natural Earth's countries at 1:50 million, as the package `world-atlas` has them. */
export interface Atlas {
  countries: FeatureCollection<Polygon | MultiPolygon, { name: string }>;
  borders: MultiLineString;
}

let read: Promise<Atlas> | null = null;

/** Read once, when a map is first shown. */
export function atlas(): Promise<Atlas> {
  read ??= fetch(address)
    .then((response) => response.json() as Promise<Topology<{ countries: GeometryCollection<{ name: string }> }>>)
    .then((topology) => ({
      countries: feature(topology, topology.objects.countries) as Atlas["countries"],
      borders: mesh(topology, topology.objects.countries, (a, b) => a !== b),
    }));
  return read;
}
