import { roof, told } from "../claims/bounds";
import type { EstimateLine, Strength } from "../lib/types";
import { month, named, span } from "./months";

/** On a phone the drawing is as wide as the screen, so that its words keep their size. */
const width = () => Math.min(760, Math.max(320, window.innerWidth - 32));
const HEIGHT = 260;
const LEFT = 48;
const BASE = HEIGHT - 24;

/** Estimates by source as ranges, and the modelled posterior behind them: median, half and nine tenths of its weight. */
export function StrengthChart({ estimates, model }: { estimates: EstimateLine[]; model: Strength | null }) {
  const placed = estimates.map((each) => ({ ...each, months: span(each.at) })).filter((each) => each.months && (each.low !== null || each.high !== null));
  const months = model?.months ?? [];
  if (placed.length === 0 && months.length === 0) return null;
  const whole = width();
  const all = [...placed.flatMap((each) => each.months!), ...months.map((each) => month(each.month))];
  const [first, last] = [Math.min(...all) - 2, Math.max(...all) + 3];
  const finite = [...placed.flatMap((each) => [each.low, each.high]), ...months.map((each) => each.q75 * 1.15)].filter((n): n is number => typeof n === "number" && Number.isFinite(n));
  const top = Math.max(...finite) * 1.12;
  const x = (m: number) => LEFT + ((m - first) / (last - first)) * (whole - LEFT - 8);
  const y = (n: number) => BASE - (Math.min(n, top) / top) * (BASE - 10);
  const ribbon = (low: "low" | "q25", high: "high" | "q75") => `M${months.map((each) => `${x(month(each.month)).toFixed(1)} ${y(each[high]).toFixed(1)}`).join("L")}L${[...months].reverse().map((each) => `${x(month(each.month)).toFixed(1)} ${y(each[low]).toFixed(1)}`).join("L")}Z`;
  const years = Array.from({ length: Math.floor(last / 12) - Math.floor(first / 12) + 1 }, (_, k) => Math.floor(first / 12) + k);
  const every = Math.ceil(years.length / (whole / 54));
  const step = roof(top / 5);
  const ticks = Array.from({ length: Math.floor(top / step) }, (_, k) => (k + 1) * step);
  return (
    <figure class="strength">
      <svg class="chart" viewBox={`0 0 ${whole} ${HEIGHT}`} role="img" aria-label={`${placed.length} estimates from ${named(Math.min(...all))} to ${named(Math.max(...all))}${months.length > 0 ? ", with the modelled course behind them" : ""}`}>
        {ticks.map((n) => (
          <g key={n}>
            <line class="axis" x1={LEFT} x2={whole} y1={y(n)} y2={y(n)} />
            <text class="muted" x={LEFT - 6} y={y(n) + 4} text-anchor="end">{told(n)}</text>
          </g>
        ))}
        <line class="axis" x1={LEFT} x2={whole} y1={BASE} y2={BASE} />
        {years.filter((_, k) => k % every === 0).map((year) => x(year * 12) >= LEFT && <text key={year} class="muted" x={x(year * 12)} y={HEIGHT - 6} text-anchor="middle">{year}</text>)}
        {months.length > 0 && <path d={ribbon("low", "high")} fill="var(--fig-sky)" opacity=".22" />}
        {months.length > 0 && <path d={ribbon("q25", "q75")} fill="var(--fig-sky)" opacity=".4" />}
        {months.length > 0 && <path d={`M${months.map((each) => `${x(month(each.month)).toFixed(1)} ${y(each.median).toFixed(1)}`).join("L")}`} fill="none" stroke="var(--fig-blue)" stroke-width="1.8" />}
        {placed.map((each) => {
          const [from, to] = each.months!;
          const [low, high] = [each.low ?? each.high!, each.high ?? each.low!];
          const width = Math.max(5, x(to + 1) - x(from));
          return (
            <g key={each.id}>
              <title>{`“${each.says}” ${each.at ?? ""}, ${each.source}`}</title>
              <rect x={x(from)} y={y(Number.isFinite(high) ? high : top)} width={width} height={Math.max(3, y(low) - y(Number.isFinite(high) ? high : top))} fill="var(--fig-orange)" fill-opacity=".3" stroke="var(--fig-orange)" stroke-width="1.2" />
            </g>
          );
        })}
      </svg>
      <figcaption class="small muted">
        Boxes: estimates in their sources' words, as wide as their time and as high as their bounds.
        {months.length > 0 && " Line and bands: the modelled course, its median, and what holds half and nine tenths of its weight."}
      </figcaption>
    </figure>
  );
}
