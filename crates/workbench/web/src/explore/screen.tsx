import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { RowDrawer } from "../claims/row";
import { theCase } from "../lib/case";
import { iso, day } from "../lib/days";
import { download } from "../lib/download";
import { useKeys } from "../lib/keys";
import { revision } from "../lib/live";
import { Empty, Slip, Wait } from "../lib/parts";
import { track } from "../lib/progress";
import { route } from "../lib/route";
import { complain, say } from "../lib/toast";
import "../style/explore.css";
import { Cite } from "./cite";
import type { Crossfilter } from "./crossfilter";
import { csv } from "./csv";
import { Facets } from "./facets";
import { Histogram } from "./histogram";
import { EventMap } from "./map";
import { png, svg } from "./picture";
import { change, drawn, filter, follow, load, slip, view } from "./store";
import { Table } from "./table";
import { EVERYTHING } from "./view";

const count = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** Events on a map, in time, by kind and in a table; a filter in one filters all. */
export function ExploreScreen() {
  const { query } = route.value;
  useEffect(() => load(revision.value), [revision.value]);
  useEffect(() => follow(query), [query]);
  const cite = useSignal(false);
  useKeys("Events", [
    { key: "x", does: "show all events again", run: () => change({ ...EVERYTHING, measure: view.peek().measure, camera: view.peek().camera }) },
    { key: "d", does: "count events or deaths", run: () => change({ measure: view.peek().measure === "events" ? "deaths" : "events" }) },
    { key: "p", does: "leave vague places out, or in", run: () => change({ exactPlaces: !view.peek().exactPlaces }) },
    { key: "q", does: "leave vague dates out, or in", run: () => change({ exactDates: !view.peek().exactDates }) },
    { key: "i", does: "cite this view", run: () => (cite.value = true) },
  ]);
  if (slip.value) return <Slip slip={slip.value} />;
  const made = filter.value;
  if (!made) return <Wait what="Reading the events" />;
  if (made.events.length === 0) return <Empty title="No events"><p>The case has no event data yet. <code>casefile data add</code> adds a release; then they show here.</p></Empty>;
  const row = query.get("row");
  return (
    <div class="explore">
      <Bar made={made} onCite={() => (cite.value = true)} />
      <Histogram filter={made} />
      <details class="facet-fold" open={innerWidth > 900}>
        <summary>Filters</summary>
        <Facets filter={made} />
      </details>
      <div class="seen">
        <EventMap filter={made} />
        <Table filter={made} />
      </div>
      {cite.value && <Cite filter={made} view={view.value} onClose={() => (cite.value = false)} />}
      {row && <RowDrawer id={row} />}
    </div>
  );
}

function Bar({ made, onCite }: { made: Crossfilter; onCite: () => void }) {
  void drawn.value;
  const { time, measure, exactPlaces, exactDates, chosen, box } = view.value;
  const filtered = time !== null || box !== null || exactPlaces || exactDates || Object.keys(chosen).length > 0;
  const edge = (at: 0 | 1, text: string) => {
    const wanted = day(text);
    if (!Number.isFinite(wanted)) return;
    const whole: [number, number] = time ?? [made.bins.edges[0]!, made.bins.edges.at(-1)! - 1];
    const next: [number, number] = at === 0 ? [wanted, Math.max(wanted, whole[1])] : [Math.min(wanted, whole[0]), wanted];
    change({ time: next });
  };
  return (
    <div class="explore-bar">
      <output class="totals" aria-live="polite">
        <b>{count.format(made.total)}</b> events · <b>{count.format(made.deaths.best)}</b> deaths <span class="muted">({count.format(made.deaths.low)}–{count.format(made.deaths.high)})</span>
      </output>
      <span class="dates">
        <input type="date" aria-label="From" value={time ? iso(time[0]) : ""} onChange={(event) => edge(0, event.currentTarget.value)} /> –{" "}
        <input type="date" aria-label="To" value={time ? iso(time[1]) : ""} onChange={(event) => edge(1, event.currentTarget.value)} />
      </span>
      <span class="pair" role="group" aria-label="Count">
        {(["events", "deaths"] as const).map((each) => <button key={each} type="button" class="button small" aria-pressed={measure === each} onClick={() => change({ measure: each })}>{each}</button>)}
      </span>
      <span class="switches" role="group" aria-label="Leave out what is vague">
        <span class="muted">without vague</span>
        <label class="switch"><input type="checkbox" aria-label="Leave out vague places" checked={exactPlaces} onChange={() => change({ exactPlaces: !exactPlaces })} /> places <span class="muted">{count.format(made.vague.places)}</span></label>
        <label class="switch"><input type="checkbox" aria-label="Leave out vague dates" checked={exactDates} onChange={() => change({ exactDates: !exactDates })} /> dates <span class="muted">{count.format(made.vague.dates)}</span></label>
      </span>
      {filtered && <button type="button" class="button small" onClick={() => change({ ...EVERYTHING, measure, camera: view.peek().camera })} title="Show all events again (x)">Show all</button>}
      <Exports made={made} onCite={onCite} />
    </div>
  );
}

function Exports({ made, onCite }: { made: Crossfilter; onCite: () => void }) {
  const info = theCase.value;
  const name = `${info?.id ?? "case"}-events`;
  const picture = () => svg(made, view.peek(), info?.title ?? "Events", info?.datasets ?? []);
  const table = () => {
    const { text, kept, withheld } = csv(made.events, made.rows, info?.datasets ?? []);
    if (kept > 0) download(`${name}.csv`, text, "text/csv");
    if (withheld > 0) say(kept === 0 ? "Nothing was exported: the licence of these rows forbids to pass them on. Counts and pictures may be." : `${withheld} rows stayed out: their licence forbids to pass them on.`, { bad: kept === 0 });
  };
  return (
    <span class="exports">
      <button type="button" class="button small" onClick={onCite}>Cite…</button>
      <button type="button" class="button small" onClick={() => void track(picture()).then((drawing) => download(`${name}.svg`, drawing, "image/svg+xml"), complain)}>SVG</button>
      <button type="button" class="button small" onClick={() => void track(picture().then(png)).then((blob) => download(`${name}.png`, blob), complain)}>PNG</button>
      <button type="button" class="button small" onClick={table}>CSV</button>
    </span>
  );
}
