import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { text } from "../lib/api";
import { revision } from "../lib/live";
import { Fragment } from "../lib/parts";

const kept = new Map<string, string>();

/** A figure as the briefing draws it. What was drawn before stays until the new one is there. */
export function Figure({ query, label }: { query: string; label: string }) {
  const html = useSignal<string | null>(null);
  const slip = useSignal<string | null>(null);
  const at = revision.value;
  useEffect(() => {
    const key = `${at} ${query}`;
    const known = kept.get(key);
    if (known !== undefined) {
      html.value = known;
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      text(`/api/figure?${query}`, stop.signal).then(
        (drawn) => {
          if (kept.size > 200) kept.clear();
          kept.set(key, drawn);
          html.value = drawn;
          slip.value = null;
        },
        (wrong: unknown) => {
          if (!stop.signal.aborted) slip.value = wrong instanceof Error ? wrong.message : String(wrong);
        },
      );
    }, 60);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, at]);
  if (slip.value) return <p class="muted" role="status">{slip.value}</p>;
  return html.value === null ? <p class="muted" role="status">Drawing…</p> : <Fragment html={html.value} label={label} />;
}
