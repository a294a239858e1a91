import type { Position } from "geojson";
import type { Atlas } from "./atlas";

/** Web Mercator on a unit square, y downwards. */
export const mx = (lon: number) => (lon + 180) / 360;
export const my = (lat: number) => {
  const held = Math.max(-85, Math.min(85, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (held * Math.PI) / 360)) / (2 * Math.PI);
};
/** Length of a kilometre on that square, at a latitude. */
export const kmAt = (lat: number) => 1 / (40_075 * Math.cos((Math.min(85, Math.abs(lat)) * Math.PI) / 180));

export interface Frame { x: number; y: number; scale: number; width: number; height: number }

/** A frame that holds all the points with room around them, in pixels. */
export function frame(points: [number, number][], width: number, height: number, room = 0.006): Frame {
  const xs = points.map(([lon]) => mx(lon));
  const ys = points.map(([, lat]) => my(lat));
  const [left, right, top, bottom] = [Math.min(...xs) - room, Math.max(...xs) + room, Math.min(...ys) - room, Math.max(...ys) + room];
  const scale = Math.min(width / (right - left), height / (bottom - top));
  return { x: (left + right) / 2 - width / scale / 2, y: (top + bottom) / 2 - height / scale / 2, scale, width, height };
}

export const at = (view: Frame, lon: number, lat: number): [number, number] => [(mx(lon) - view.x) * view.scale, (my(lat) - view.y) * view.scale];

function ring(view: Frame, points: Position[]): string | null {
  const margin = 60;
  const drawn = points.map(([lon, lat]) => at(view, lon!, lat!));
  const xs = drawn.map(([x]) => x);
  const ys = drawn.map(([, y]) => y);
  if (Math.max(...xs) < -margin || Math.min(...xs) > view.width + margin || Math.max(...ys) < -margin || Math.min(...ys) > view.height + margin) return null;
  return `M${drawn.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
}

/** The countries that a frame shows, as one SVG path each. */
export function paths(atlas: Atlas, view: Frame): { name: string; d: string }[] {
  return atlas.countries.features
    .map(({ geometry, properties }) => {
      const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
      return { name: properties.name, d: rings.map((each) => ring(view, each)).filter(Boolean).join("") };
    })
    .filter((country) => country.d !== "");
}
