import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theCase } from "../lib/case";
import { useKeys } from "../lib/keys";
import { Empty, Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { route, write } from "../lib/route";
import type { ActorLine } from "../lib/types";
import "../style/actors.css";
import { Figure } from "./figure";
import { Network } from "./network";
import { Actor } from "./page";

const to = (id: string) => write("actors", id, new URLSearchParams());

/** Actors: their lineages and ties, and a page for each. */
export function ActorsScreen() {
  const { value: actors, slip } = useResource<ActorLine[]>("/api/actors");
  const words = useSignal("");
  const search = useRef<HTMLInputElement>(null);
  const id = route.value.rest;
  const fits = (actor: ActorLine) => [actor.name, actor.id, ...actor.aliases].some((name) => name.toLowerCase().includes(words.value.toLowerCase()));
  const shown = (actors ?? []).filter(fits);
  const step = (by: number) => {
    const at = shown.findIndex((actor) => actor.id === id);
    const next = shown[at < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, at + by))];
    if (next) location.hash = to(next.id);
  };
  useKeys("Actors", [
    { key: "/", does: "search", run: () => search.current?.focus() },
    { key: "j", does: "next actor", run: () => step(1) },
    { key: "k", does: "actor before", run: () => step(-1) },
    { key: "Escape", does: "back to all actors", run: () => (document.activeElement === search.current ? search.current?.blur() : (location.hash = "#/actors")) },
  ]);
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.scrollTo(0, 0), [id]);
  if (slip) return <Slip slip={slip} />;
  if (!actors) return <Wait what="Reading the actors" />;
  if (actors.length === 0) return <Empty title="No actors yet"><p>An actor is an organisation, a force, or a person in a public role whom a source names. <a href="#/write?new=actor">Write the first.</a></p></Empty>;
  const names = new Map(actors.map((actor) => [actor.id, actor.name]));
  const kinds = [...new Set(actors.map((actor) => actor.kind))];
  return (
    <div class={id ? "claims actors open" : "claims actors"}>
      <section class="list-pane" aria-label="Actors">
        <div class="sieve" role="search">
          <input ref={search} class="search" type="search" placeholder="Search actors and aliases  ( / )" aria-label="Search actors" value={words.value} onInput={(event) => (words.value = event.currentTarget.value)} />
        </div>
        <div class="list" tabIndex={0} role="region" aria-label="List of actors">
          {kinds.map((kind) => {
            const of = shown.filter((actor) => actor.kind === kind);
            return of.length === 0 ? null : (
              <section key={kind}>
                <h3 class="kind">{kind.replaceAll("-", " ")}</h3>
                {of.map((actor) => (
                  <a key={actor.id} class="actor-line" href={to(actor.id)} aria-current={actor.id === id ? "true" : undefined}>
                    <span>{actor.name}</span>
                    <span class="muted small">{actor.events ? `${actor.events} events` : ""}</span>
                  </a>
                ))}
              </section>
            );
          })}
        </div>
      </section>
      <section ref={pane} class="detail" aria-label={id ? "Actor" : "Lineages and ties"} tabIndex={-1}>
        {id ? <Actor key={id} id={id} names={names} /> : <Overview />}
      </section>
    </div>
  );
}

function Overview() {
  const period = theCase.value?.period;
  const query = new URLSearchParams({ kind: "genealogy" });
  if (period) query.set("period", period);
  return (
    <>
      <section>
        <h2 class="over">Lineages</h2>
        <Figure query={query.toString()} label="Lineages of the groups" />
      </section>
      <section class="part">
        <h2 class="over">Ties over time</h2>
        <Network actors={null} />
      </section>
    </>
  );
}
