import { useSignal } from "@preact/signals";
import type { Crossfilter, FacetName } from "./crossfilter";
import { choose, drawn, view } from "./store";

const TITLES: Record<FacetName, string> = {
  actor: "Actor",
  dyad: "Dyad",
  violence: "Type of violence",
  country: "Country",
  admin1: "Province",
  placed: "Place known",
  dated: "Date known",
  dataset: "Dataset",
  toll: "Deaths in an event",
};

/** Facets whose words have an order of their own. */
const STEPS: FacetName[] = ["placed", "dated", "toll"];
const count = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function Facets({ filter }: { filter: Crossfilter }) {
  void drawn.value;
  const shown = (Object.keys(TITLES) as FacetName[]).filter((name) => {
    const words = filter.facets[name].names;
    return STEPS.includes(name) || words.length > (name === "country" || name === "dataset" ? 2 : 1);
  });
  return (
    <div class="facets" role="group" aria-label="Facets">
      {shown.map((name) => <Facet key={name} name={name} filter={filter} />)}
    </div>
  );
}

function Facet({ name, filter }: { name: FacetName; filter: Crossfilter }) {
  const more = useSignal(false);
  const words = useSignal("");
  const { names, sums } = filter.facets[name];
  const chosen = view.value.chosen[name] ?? [];
  const step = STEPS.includes(name);
  let order = names.map((word, at) => ({ word, n: sums[at]! })).filter(({ word, n }) => n > 0 || chosen.includes(word));
  if (!step) order.sort((a, b) => b.n - a.n);
  const all = order.length;
  if (words.value) order = order.filter(({ word }) => word.toLowerCase().includes(words.value.toLowerCase()));
  const most = Math.max(1, ...order.map(({ n }) => n));
  const few = step || more.value ? order.slice(0, 200) : order.filter(({ word }, at) => at < 6 || chosen.includes(word));
  const toggle = (word: string) => choose(name, chosen.includes(word) ? chosen.filter((each) => each !== word) : [...chosen, word]);
  return (
    <fieldset class="facet">
      <legend>
        {TITLES[name]}
        {chosen.length > 0 && <button type="button" class="link small" onClick={() => choose(name, [])}>all</button>}
      </legend>
      {more.value && <input type="search" class="facet-search" placeholder={`Find in ${all}`} aria-label={`Find in ${TITLES[name]}`} onInput={(event) => (words.value = event.currentTarget.value)} />}
      <div class={more.value ? "facet-words open" : "facet-words"}>
        {few.map(({ word, n }) => (
          <label key={word} class={chosen.length > 0 && !chosen.includes(word) ? "word out" : "word"} title={word}>
            <input type="checkbox" checked={chosen.includes(word)} onChange={() => toggle(word)} />
            <span class="name">{word}</span>
            <span class="n">{count.format(n)}</span>
            <meter class="bar" aria-hidden="true" min={0} max={most} value={Math.max(0, n)} />
          </label>
        ))}
        {few.length === 0 && <p class="small muted">None is left.</p>}
      </div>
      {!step && all > 6 && (
        <button type="button" class="link small" onClick={() => { more.value = !more.value; words.value = ""; }}>
          {more.value ? "fewer" : `all ${all}`}
        </button>
      )}
    </fieldset>
  );
}
