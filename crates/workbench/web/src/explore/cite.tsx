import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../lib/api";
import { Dialog } from "../lib/parts";
import { write } from "../lib/route";
import { complain, say } from "../lib/toast";
import type { ActorLine, Completions } from "../lib/types";
import { seed } from "../write/seed";
import type { Crossfilter } from "./crossfilter";
import { claim, figure, type Known, known, selection } from "./directive";
import type { View } from "./view";

const copy = (text: string) => navigator.clipboard.writeText(text).then(() => say("Copied."), complain);

/** The view in words that can be pasted: an address, figures for the briefing, a claim. */
export function Cite({ filter, view, onClose }: { filter: Crossfilter; view: View; onClose: () => void }) {
  const ids = useSignal<Known | null>(null);
  useEffect(() => {
    Promise.all([get<(ActorLine & { short?: string })[]>("/api/actors"), get<Completions>("/api/complete")]).then(([actors, words]) => {
      ids.value = known(actors.map((actor) => ({ id: actor.id, names: [actor.name, actor.short ?? "", ...actor.aliases].filter(Boolean) })), words.place);
    }, complain);
  }, []);
  if (!ids.value) return null;
  const chosen = selection(view, ids.value);
  const amount = view.measure === "deaths" ? filter.deaths.best : filter.total;
  const toml = claim(view, chosen, amount);
  const parts: [string, string][] = [
    ["Address of this view", location.href],
    ["Timeline for the briefing", figure(view, "timeline", chosen)],
    ["Map for the briefing", figure(view, "map", chosen)],
    ["Claim", toml],
  ];
  return (
    <Dialog title="Cite this view" onClose={onClose}>
      {chosen.missing.length > 0 && <p class="small">A claim or figure cannot say: {chosen.missing.join("; ")}. The case has no id for it, or the format no key.</p>}
      {parts.map(([name, text]) => (
        <section key={name} class="cite">
          <div class="cite-head">
            <b>{name}</b>
            <span>
              {name === "Claim" && <a class="button small" href={write("write", "", new URLSearchParams({ new: "claim", seed: "view" }))} onClick={() => (seed.value = toml)}>Write it</a>}{" "}
              <button type="button" class="button small" onClick={() => void copy(text)}>Copy</button>
            </span>
          </div>
          <pre>{text}</pre>
        </section>
      ))}
    </Dialog>
  );
}
