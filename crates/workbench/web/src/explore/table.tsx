import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { iso } from "../lib/days";
import { route, turn } from "../lib/route";
import type { Crossfilter } from "./crossfilter";
import type { Coded } from "./events";
import { drawn } from "./store";

const ROW = 30;
/** Browsers draw no box higher than some 16 million pixels; beyond that the scroll bar stands for more rows than pixels. */
const HIGHEST = 8_000_000;

/** The rows that are left, drawn only where they are seen. */
export function Table({ filter }: { filter: Crossfilter }) {
  void drawn.value;
  const top = useSignal(0);
  const height = useSignal(300);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current!;
    const watch = new ResizeObserver(() => (height.value = element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const { rows, events } = filter;
  const total = rows.length;
  const full = Math.min(total * ROW, HIGHEST);
  const seen = Math.ceil(height.value / ROW) + 2;
  const reach = Math.max(1, full - height.value);
  const first = Math.max(0, Math.min(total - seen, Math.floor(full < HIGHEST ? top.value / ROW : (top.value / reach) * (total - seen + 2))));
  const shift = full < HIGHEST ? first * ROW : Math.min(top.value, full - seen * ROW);
  const word = (coded: Coded, at: number) => coded.names[coded.codes[at]!]!;
  const open = route.value.query.get("row");
  return (
    <div class="events-table" role="table" aria-label="Events" aria-rowcount={total}>
      <div class="head" role="row">
        {["Date", "Place", "Sides", "Type", "n", "Deaths"].map((name) => <span role="columnheader" key={name}>{name}</span>)}
      </div>
      <div class="body" ref={box} tabIndex={0} role="rowgroup" aria-label="Rows" onScroll={(event) => (top.value = event.currentTarget.scrollTop)}>
        <div ref={(element) => { if (element) element.style.height = `${full}px`; }}>
          <div ref={(element) => { if (element) element.style.transform = `translateY(${shift}px)`; }}>
            {Array.from({ length: Math.min(seen, total) }, (_, k) => {
              const i = rows[first + k];
              if (i === undefined) return null;
              const id = events.id(i);
              const [low, best, high] = [events.low[i]!, events.best[i]!, events.high[i]!];
              return (
                <div key={id} class="row" role="row" aria-rowindex={first + k + 1} aria-selected={id === open} onClick={() => turn({ row: id }, open !== null)}>
                  <span role="cell">
                    <button type="button" class="link" aria-label={`Row ${id}, ${iso(events.start[i]!)}`}>{iso(events.start[i]!)}</button>
                    {events.end[i] !== events.start[i] && <span class="muted"> +{events.end[i]! - events.start[i]!} d</span>}
                  </span>
                  <span role="cell" title={`${word(events.place, i)}, ${word(events.admin1, i)}`}>{word(events.place, i)}{events.km[i]! > 25 && <span class="muted"> ±{Math.round(events.km[i]!)} km</span>}</span>
                  <span role="cell" title={word(events.dyad, i)}>{word(events.sideA, i)} – {word(events.sideB, i)}</span>
                  <span role="cell">{word(events.violence, i)}</span>
                  <span role="cell">{events.n[i]}</span>
                  <span role="cell">{low === high ? best : `${best} (${low}–${high})`}</span>
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
