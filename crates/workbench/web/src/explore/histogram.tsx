import { useEffect, useRef } from "preact/hooks";
import { monthName, plain, ymd } from "../lib/days";
import { colour, theme } from "../lib/theme";
import { type Bins, binOf } from "./bins";
import type { Crossfilter } from "./crossfilter";
import { change, drawn, view } from "./store";

const HEIGHT = 116;
const FOOT = 18;
const LEFT = 34;

interface Scale { width: number; x: (day: number) => number; day: (x: number) => number }

function scale(bins: Bins, width: number): Scale {
  const [first, last] = [bins.edges[0]!, bins.edges.at(-1)!];
  const room = width - LEFT - 6;
  return {
    width,
    x: (day) => LEFT + ((day - first) / (last - first)) * room,
    day: (x) => first + ((Math.max(LEFT, Math.min(width - 6, x)) - LEFT) / room) * (last - first),
  };
}

const short = (n: number) => (n >= 1e6 ? `${+(n / 1e6).toFixed(1)}M` : n >= 1000 ? `${+(n / 1000).toFixed(1)}k` : String(Math.round(n)));

function paint(canvas: HTMLCanvasElement, filter: Crossfilter, s: Scale) {
  const density = devicePixelRatio || 1;
  canvas.width = s.width * density;
  canvas.height = HEIGHT * density;
  const g = canvas.getContext("2d")!;
  g.scale(density, density);
  const { edges } = filter.bins;
  const bars = edges.length - 1;
  let top = 1;
  for (let i = 0; i < bars; i += 1) top = Math.max(top, filter.exact[i]! + filter.spread[i]!);
  const base = HEIGHT - FOOT;
  const y = (n: number) => base - (n / top) * (base - 12);
  const time = view.peek().time;
  const [ink, muted, blue, grid] = [colour("fig-ink"), colour("fig-muted"), colour("fig-blue"), colour("fig-grid")];
  g.font = "11px system-ui, sans-serif";
  g.fillStyle = muted;
  g.textAlign = "right";
  for (const part of [0.5, 1]) {
    g.fillStyle = grid;
    g.fillRect(LEFT, y(top * part), s.width - LEFT, 1);
    g.fillStyle = muted;
    g.fillText(short(top * part), LEFT - 5, y(top * part) + 4);
  }
  for (let i = 0; i < bars; i += 1) {
    const [x0, x1] = [s.x(edges[i]!), s.x(edges[i + 1]!)];
    const inside = !time || (edges[i]! <= time[1] && edges[i + 1]! > time[0]);
    const w = Math.max(0.7, x1 - x0 - (x1 - x0 > 3 ? 1 : 0));
    g.fillStyle = blue;
    g.globalAlpha = inside ? 1 : 0.28;
    g.fillRect(x0, y(filter.exact[i]!), w, base - y(filter.exact[i]!));
    // What may lie in the bar: dates that span several.
    g.globalAlpha = inside ? 0.4 : 0.14;
    g.fillRect(x0, y(filter.exact[i]! + filter.spread[i]!), w, y(filter.exact[i]!) - y(filter.exact[i]! + filter.spread[i]!));
  }
  g.globalAlpha = 1;
  g.fillStyle = ink;
  g.fillRect(LEFT, base, s.width - LEFT - 6, 1);
  g.fillStyle = muted;
  g.textAlign = "center";
  const [y0] = ymd(edges[0]!);
  const [y1] = ymd(edges.at(-1)!);
  const every = [1, 2, 5, 10, 20, 50].find((step) => ((y1 - y0) / step) * 42 < s.width) ?? 100;
  for (let year = Math.ceil(y0 / every) * every; year <= y1; year += every) {
    const at = s.x(Date.UTC(year, 0, 1) / 86_400_000);
    if (at >= LEFT && at < s.width - 18) g.fillText(String(year), at, HEIGHT - 4);
  }
  if (time) {
    const [x0, x1] = [s.x(time[0]), s.x(time[1] + 1)];
    g.fillStyle = ink;
    g.globalAlpha = 0.07;
    g.fillRect(x0, 6, x1 - x0, base - 6);
    g.globalAlpha = 1;
    for (const edge of [x0, x1]) {
      g.fillRect(edge - 0.75, 6, 1.5, base - 6);
      g.fillRect(edge - 3, base / 2 - 9, 6, 18);
    }
  }
}

/** A brush: drag to draw one, drag it to move it, its edges to widen it; a click outside lifts it. */
function brushing(canvas: HTMLCanvasElement, s: Scale, bins: Bins) {
  let held: { kind: "new" | "move" | "left" | "right"; from: number; time: [number, number] | null } | null = null;
  const snap = (a: number, b: number): [number, number] => {
    const first = bins.edges[binOf(bins.edges, Math.min(a, b))]!;
    const last = bins.edges[binOf(bins.edges, Math.max(a, b)) + 1]! - 1;
    return [first, last];
  };
  const where = (event: PointerEvent) => event.clientX - canvas.getBoundingClientRect().left;
  const part = (x: number) => {
    const time = view.peek().time;
    if (!time) return "new" as const;
    const [x0, x1] = [s.x(time[0]), s.x(time[1] + 1)];
    if (Math.abs(x - x0) < 7) return "left" as const;
    if (Math.abs(x - x1) < 7) return "right" as const;
    return x > x0 && x < x1 ? ("move" as const) : ("new" as const);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    held = { kind: part(where(event)), from: where(event), time: view.peek().time };
  };
  const move = (event: PointerEvent) => {
    const x = where(event);
    if (!held) {
      const kind = part(x);
      canvas.style.cursor = kind === "new" ? "crosshair" : kind === "move" ? "grab" : "ew-resize";
      return;
    }
    if (held.kind === "new" && Math.abs(x - held.from) < 4) return;
    const day = s.day(x);
    if (held.kind === "new" || !held.time) change({ time: snap(s.day(held.from), day) });
    else if (held.kind === "left") change({ time: snap(day, held.time[1]) });
    else if (held.kind === "right") change({ time: snap(held.time[0], day) });
    else {
      const by = day - s.day(held.from);
      const [first] = snap(held.time[0] + by + 0.5, held.time[0] + by + 0.5);
      const width = binOf(bins.edges, held.time[1]) - binOf(bins.edges, held.time[0]);
      const at = Math.min(binOf(bins.edges, first), bins.edges.length - 2 - width);
      change({ time: [bins.edges[at]!, bins.edges[at + width + 1]! - 1] });
    }
  };
  const up = (event: PointerEvent) => {
    if (held?.kind === "new" && Math.abs(where(event) - held.from) < 4) change({ time: null });
    held = null;
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
  };
}

/** Arrow keys move the brush by a bar, with Shift they widen it. */
function byKey(event: KeyboardEvent, bins: Bins) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") {
    if (event.key === "Escape" || event.key === "Delete") change({ time: null });
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const { edges } = bins;
  const bars = edges.length - 1;
  const by = event.key === "ArrowRight" ? 1 : -1;
  const time = view.peek().time;
  const first = time ? binOf(edges, time[0]) : Math.floor(bars / 2);
  const last = time ? binOf(edges, time[1]) : Math.min(bars - 1, first + 11);
  const held = (n: number) => Math.max(0, Math.min(bars - 1, n));
  const [a, b] = !time ? [first, last] : event.shiftKey ? [first, Math.max(first, held(last + by))] : held(first + by) === first + by && held(last + by) === last + by ? [first + by, last + by] : [first, last];
  change({ time: [edges[a]!, edges[b + 1]! - 1] });
}

const UNITS = { day: "day", week: "week", month: "month", quarter: "quarter", year: "year" } as const;

/** Events over time, with a brush. */
export function Histogram({ filter }: { filter: Crossfilter }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { time, measure } = view.value;
  useEffect(() => {
    const element = canvas.current!;
    let undo = () => {};
    const fit = () => {
      undo();
      const s = scale(filter.bins, element.parentElement!.clientWidth);
      paint(element, filter, s);
      undo = brushing(element, s, filter.bins);
    };
    const watch = new ResizeObserver(fit);
    watch.observe(element.parentElement!);
    const stop = drawn.subscribe(() => paint(element, filter, scale(filter.bins, element.parentElement!.clientWidth)));
    const recolour = theme.subscribe(() => requestAnimationFrame(() => paint(element, filter, scale(filter.bins, element.parentElement!.clientWidth))));
    return () => {
      watch.disconnect();
      stop();
      recolour();
      undo();
    };
  }, [filter]);
  const said = time ? `${plain(time[0])} to ${plain(time[1])}` : `${monthName(filter.bins.edges[0]!)} to ${monthName(filter.bins.edges.at(-1)! - 1)}`;
  return (
    <div class="histogram">
      <canvas
        ref={canvas}
        height={HEIGHT}
        tabIndex={0}
        role="slider"
        aria-label={`${measure === "deaths" ? "Deaths" : "Events"} by ${UNITS[filter.bins.unit]}. Arrow keys move the brush, with Shift they widen it, Escape lifts it`}
        aria-valuetext={said}
        aria-valuemin={filter.bins.edges[0]}
        aria-valuemax={filter.bins.edges.at(-1)}
        aria-valuenow={time ? time[0] : filter.bins.edges[0]!}
        onKeyDown={(event) => byKey(event, filter.bins)}
      />
    </div>
  );
}
