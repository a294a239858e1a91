import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Atlas, atlas } from "../lib/atlas";
import { at, frame, kmAt, paths } from "../lib/mercator";
import type { Spot } from "../lib/types";
import { told } from "./bounds";

const WIDTH = 384;
const HEIGHT = 240;

/** Where the events behind a claim lie; what is known only roughly is drawn as an area. */
export function MiniMap({ spots }: { spots: Spot[] }) {
  const world = useSignal<Atlas | null>(null);
  useEffect(() => {
    void atlas().then((read) => {
      world.value = read;
    });
  }, []);
  const placed = spots.filter((spot): spot is Spot & { lat: number; lon: number } => typeof spot.lat === "number" && typeof spot.lon === "number");
  if (placed.length === 0) return null;
  const view = frame(placed.map((spot) => [spot.lon, spot.lat]), WIDTH, HEIGHT, 0.008);
  const most = Math.max(...placed.map((spot) => spot.events), 1);
  const sum = placed.reduce((n, spot) => n + spot.events, 0);
  return (
    <svg class="chart minimap" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Map of ${placed.length} places with ${told(sum)} events: ${placed.slice(0, 5).map((spot) => spot.name).join(", ")}`}>
      {world.value && paths(world.value, view).map((country) => (
        <path key={country.name} d={country.d} fill="var(--fig-focus)" stroke="var(--fig-border)" stroke-width=".7" stroke-linejoin="round" />
      ))}
      {placed.map((spot, key) => {
        const [x, y] = at(view, spot.lon, spot.lat);
        const reach = (spot.precision_km ?? 0) > 25 ? spot.precision_km! * kmAt(spot.lat) * view.scale : 0;
        const size = 3 + 9 * Math.sqrt(spot.events / most);
        return (
          <g key={key}>
            <title>{`${spot.name}: ${told(spot.events)} events${typeof spot.deaths === "number" ? `, ${told(spot.deaths)} deaths` : ""}${reach ? `, within ${told(spot.precision_km!)} km` : ""}`}</title>
            {reach > 0 ? (
              <circle cx={x} cy={y} r={reach} fill="var(--fig-blue)" fill-opacity=".08" stroke="var(--fig-blue)" stroke-opacity=".7" stroke-dasharray="2 3" />
            ) : (
              <circle cx={x} cy={y} r={size} fill="var(--fig-blue)" fill-opacity=".55" stroke="var(--fig-blue)" />
            )}
          </g>
        );
      })}
    </svg>
  );
}
