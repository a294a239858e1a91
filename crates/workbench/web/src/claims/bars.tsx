import type { Finding } from "../lib/types";
import { told } from "./bounds";

const WIDTH = 380;
const HEIGHT = 120;
const BASE = HEIGHT - 20;

/** The counts behind a figure, by month or by name; those that the claim is about stand out. */
export function BarChart({ bars }: { bars: Finding["bars"] }) {
  if (bars.length === 0) return null;
  if (bars.length <= 8) return <NamedBars bars={bars} />;
  const top = Math.max(...bars.map((bar) => bar.value), 1);
  const step = (WIDTH - 30) / bars.length;
  const every = Math.ceil(bars.length / 6);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${bars.length} bars from ${bars[0]!.label} to ${bars.at(-1)!.label}, the highest ${told(top)}`}>
      <text class="muted" x="0" y="14">{told(top)}</text>
      <line class="axis" x1="28" x2={WIDTH} y1="10" y2="10" />
      <line class="axis" x1="28" x2={WIDTH} y1={BASE} y2={BASE} />
      {bars.map((bar, at) => {
        const height = (bar.value / top) * (BASE - 10);
        return (
          <rect key={bar.label} x={28 + at * step} y={BASE - height} width={Math.max(0.8, step - 0.8)} height={height} fill={bar.claimed ? "var(--fig-blue)" : "var(--fig-grey)"} opacity={bar.claimed ? 1 : 0.5}>
            <title>{`${bar.label}: ${told(bar.value)}`}</title>
          </rect>
        );
      })}
      {bars.map((bar, at) => at % every === 0 && <text key={bar.label} class="muted" x={28 + at * step} y={HEIGHT - 6}>{bar.label}</text>)}
    </svg>
  );
}

function NamedBars({ bars }: { bars: Finding["bars"] }) {
  const top = Math.max(...bars.map((bar) => bar.value), 1);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${bars.length * 24 + 4}`} role="img" aria-label={bars.map((bar) => `${bar.label}: ${told(bar.value)}`).join("; ")}>
      {bars.map((bar, at) => (
        <g key={bar.label}>
          <text class="muted" x="118" y={at * 24 + 17} text-anchor="end">{bar.label.length > 20 ? `${bar.label.slice(0, 19)}…` : bar.label}</text>
          <rect x="126" y={at * 24 + 5} width={Math.max(1, (bar.value / top) * (WIDTH - 176))} height="16" fill={bar.claimed ? "var(--fig-blue)" : "var(--fig-grey)"} opacity={bar.claimed ? 1 : 0.6} />
          <text x={132 + (bar.value / top) * (WIDTH - 176)} y={at * 24 + 17} font-weight="600">{told(bar.value)}</text>
        </g>
      ))}
    </svg>
  );
}
