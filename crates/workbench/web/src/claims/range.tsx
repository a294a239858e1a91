import type { Finding } from "../lib/types";
import { bounds, inWords, roof, told } from "./bounds";

/** Where the scale is marked: at round numbers. */
const parts = (top: number) => {
  const lead = Number(top.toExponential().split("e")[0]);
  const many = lead === 1.5 || lead === 3 || lead === 6 ? 3 : lead === 2 || lead === 4 || lead === 8 ? 4 : 5;
  return Array.from({ length: many + 1 }, (_, k) => k / many);
};

const WIDTH = 380;
const LEFT = 50;

/** What the source leads us to expect above what the data say, on one scale. */
export function RangeChart({ finding }: { finding: Finding }) {
  const strict = bounds(finding.expected?.strict);
  const careful = bounds(finding.expected?.pragmatic);
  const best = finding.computed?.best;
  if (!strict || best === null || best === undefined) return null;
  const { low, high } = finding.computed!;
  const finite = [strict.low, strict.high, careful?.low, careful?.high, best, low, high].filter((n): n is number => typeof n === "number" && Number.isFinite(n));
  const top = roof(Math.max(...finite) * 1.15);
  const x = (n: number) => LEFT + ((Math.max(0, Math.min(n, top)) / top) * (WIDTH - LEFT - 20));
  const open = strict.high === Infinity;
  const words = `The claim “${finding.expected!.phrase}” allows ${inWords(finding.expected!.strict)}; the data give ${finding.computed!.display}.`;
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} 112`} role="img" aria-label={words}>
      {parts(top).map((part) => (
        <g key={part}>
          <line class="axis" x1={x(part * top)} x2={x(part * top)} y1="8" y2="84" />
          <text class="muted" x={x(part * top)} y="98" text-anchor="middle">{told(part * top)}</text>
        </g>
      ))}
      <text class="muted" x="0" y="34">Claim</text>
      <text class="muted" x="0" y="68">Data</text>
      <rect x={x(strict.low)} y="27" width={Math.max(2, x(strict.high) - x(strict.low))} height="6" fill="var(--fig-blue)" opacity=".4" />
      {careful && <rect x={x(careful.low)} y="24" width={Math.max(3, x(careful.high) - x(careful.low))} height="12" fill="var(--fig-blue)" />}
      {open && <path d={`M${x(top)} 24 l8 6 l-8 6 z`} fill="var(--fig-blue)" opacity=".6" />}
      <text x={Math.min(Math.max(x(careful?.low ?? strict.low), LEFT + 4), WIDTH - 110)} y="18" font-style="italic">“{finding.expected!.phrase}”</text>
      {low !== null && high !== null && high > low && <line x1={x(low)} x2={x(high)} y1="64" y2="64" stroke="var(--fig-vermillion)" stroke-width="3" opacity=".55" />}
      <path d={`M${x(best)} 57 l7 7 l-7 7 l-7 -7 z`} fill="var(--fig-vermillion)" />
      <text x={Math.min(x(best) + 11, WIDTH - 30)} y="60" font-weight="600">{told(best)}</text>
      <text class="muted" x={(LEFT + WIDTH) / 2} y="110" text-anchor="middle">{finding.computed!.unit}</text>
    </svg>
  );
}
