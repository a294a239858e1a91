import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { theCase } from "../lib/case";
import { route, turn } from "../lib/route";
import { Figure } from "./figure";
import { month, named, span } from "./months";

/** Relations at one time; the slider moves through the time of the case. */
export function Network({ actors }: { actors: string[] | null }) {
  const [first, last] = span(theCase.value?.period) ?? [month("2000-01"), month("2025-12")];
  const asked = route.value.query.get("at");
  const at = asked && /^\d{4}-\d{2}$/.test(asked) ? Math.max(first, Math.min(last, month(asked))) : last;
  const running = useSignal(false);
  useEffect(() => {
    if (!running.value) return;
    const timer = setInterval(() => {
      const now = route.peek().query.get("at");
      const next = (now ? month(now) : first) + 1;
      if (next > last) running.value = false;
      else turn({ at: named(next) }, true);
    }, 450);
    return () => clearInterval(timer);
  }, [running.value, first, last]);
  const query = new URLSearchParams({ kind: "network", at: named(at) });
  if (actors) query.set("actors", actors.join(","));
  return (
    <section class="network" aria-label="Relations over time">
      <div class="slider">
        <button type="button" class="button small" aria-pressed={running.value} onClick={() => { if (!running.value && at === last) turn({ at: named(first) }, true); running.value = !running.value; }}>
          {running.value ? "Pause" : "Play"}
        </button>
        <input type="range" min={first} max={last} value={at} aria-label="Month" aria-valuetext={named(at)} onInput={(event) => turn({ at: named(Number(event.currentTarget.value)) }, true)} />
        <output class="mono">{named(at)}</output>
      </div>
      <Figure query={query.toString()} label={`Relations in ${named(at)}`} />
    </section>
  );
}
