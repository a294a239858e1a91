import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, previewAddress } from "../lib/api";
import { revision } from "../lib/live";
import type { Diagnostic } from "../lib/types";
import { Slips } from "./slips";

/** The briefing as it would be, beside its text. The page has a policy of its own, and may run nothing. */
export function Preview({ text, onShow }: { text: string; onShow: (slip: Diagnostic) => void }) {
  const address = useSignal<string | null>(null);
  const slips = useSignal<Diagnostic[]>([]);
  const wrong = useSignal<string | null>(null);
  const fresh = useSignal(true);
  const at = revision.value;
  useEffect(() => {
    const stop = new AbortController();
    fresh.value = false;
    const timer = setTimeout(() => {
      previewAddress(text, stop.signal).then(
        (made) => {
          address.value = made;
          slips.value = [];
          wrong.value = null;
          fresh.value = true;
        },
        (slip: unknown) => {
          if (stop.signal.aborted) return;
          const told = slip instanceof ApiError ? (slip.body as { diagnostics?: Diagnostic[] } | null)?.diagnostics : undefined;
          slips.value = told ?? [];
          wrong.value = told ? null : slip instanceof Error ? slip.message : String(slip);
        },
      );
    }, 500);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, at]);
  return (
    <section class="preview" aria-label="Preview of the briefing" aria-busy={!fresh.value}>
      {slips.value.length > 0 && <Slips slips={slips.value} onShow={onShow} />}
      {wrong.value && <p class="muted">{wrong.value}</p>}
      {address.value && <iframe title="Briefing" src={address.value} sandbox="" />}
      {!address.value && slips.value.length === 0 && !wrong.value && <p class="empty">Building the briefing…</p>}
    </section>
  );
}
