import type { StyleSpecification } from "maplibre-gl";
import type { FeatureCollection, MultiPolygon, Point, Polygon, Position } from "geojson";
import type { Atlas } from "../lib/atlas";
import { colour } from "../lib/theme";

/** The middle of a country's largest ring, for its name. */
function middle(rings: Position[][]): Position {
  const area = (ring: Position[]) => ring.reduce((sum, [x, y], i) => sum + x! * ring[(i + 1) % ring.length]![1]! - ring[(i + 1) % ring.length]![0]! * y!, 0) / 2;
  const largest = rings.reduce((best, ring) => (Math.abs(area(ring)) > Math.abs(area(best)) ? ring : best));
  const whole = area(largest);
  const sum = largest.reduce(
    ([cx, cy], [x, y], i) => {
      const [nx, ny] = largest[(i + 1) % largest.length]!;
      const cross = x! * ny! - nx! * y!;
      return [cx! + (x! + nx!) * cross, cy! + (y! + ny!) * cross];
    },
    [0, 0] as Position,
  );
  return whole === 0 ? largest[0]! : [sum[0]! / (6 * whole), sum[1]! / (6 * whole)];
}

/** Whether a country is large enough to be named on a map of its region. */
function large(geometry: Polygon | MultiPolygon): boolean {
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
  const wide = rings.map((ring) => Math.max(...ring.map(([x]) => x!)) - Math.min(...ring.map(([x]) => x!)));
  return Math.max(...wide) > 1.5;
}

function names(atlas: Atlas): FeatureCollection<Point> {
  return {
    type: "FeatureCollection",
    features: atlas.countries.features.map(({ geometry, properties }) => ({
      type: "Feature",
      properties: { name: properties.name, large: large(geometry) },
      geometry: { type: "Point", coordinates: middle(geometry.type === "Polygon" ? [geometry.coordinates[0]!] : geometry.coordinates.map((each) => each[0]!)) },
    })),
  };
}

/** Land, borders and the names of countries; nothing is fetched from elsewhere. */
export function basemap(atlas: Atlas): StyleSpecification {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: atlas.countries, tolerance: 0.2 },
      borders: { type: "geojson", data: { type: "Feature", properties: {}, geometry: atlas.borders }, tolerance: 0.2 },
      names: { type: "geojson", data: names(atlas) },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("fig-sea") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour("fig-focus") } },
      { id: "coast", type: "line", source: "land", paint: { "line-color": colour("fig-border"), "line-width": 0.5 } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": colour("fig-border"), "line-width": 1 } },
      {
        id: "names",
        type: "symbol",
        source: "names",
        filter: ["any", ["get", "large"], [">", ["zoom"], 6.5]],
        layout: { "text-field": ["get", "name"], "text-size": 12, "text-letter-spacing": 0.05, "text-font": ["sans-serif"] },
        paint: { "text-color": colour("fig-muted"), "text-halo-color": colour("fig-focus"), "text-halo-width": 1.4 },
      },
    ],
  };
}
