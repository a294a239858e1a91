import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "./api";
import type { Verdict } from "./types";
import { GLYPH, MEANING, named } from "./verdict";

/** The mark of a verdict: a glyph, a word and a colour. */
export function Mark({ verdict }: { verdict: Verdict | null }) {
  if (!verdict) return <span class="mark v-not-testable">… checking</span>;
  return (
    <span class={`mark v-${verdict}`} title={MEANING[verdict]}>
      <span aria-hidden="true">{GLYPH[verdict]}</span> {named(verdict)}
    </span>
  );
}

/** What stands where nothing can be shown, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Slip({ slip }: { slip: unknown }) {
  // What waits for the checker is asked again when the checker is done.
  if (slip instanceof ApiError && slip.code === "pending") return <Wait what="The claims are still being checked" />;
  const hint = slip instanceof ApiError ? slip.hint : null;
  return (
    <Empty title="This could not be shown">
      <p>{slip instanceof Error ? slip.message : String(slip)}</p>
      {hint && <p>{hint}</p>}
      {slip instanceof ApiError && slip.status === 409 && <p><a href="#/write">Mend the files</a></p>}
    </Empty>
  );
}

export const Wait = ({ what }: { what: string }) => (
  <p class="empty" role="status">
    {what}…
  </p>
);

/** A modal dialog; Escape and the backdrop close it, and focus returns to where it was. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) ref.current?.close();
      }}
    >
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

/** A fragment of HTML that the briefing drew; its text is escaped where it is made. */
export function Fragment({ html, label }: { html: string; label: string }) {
  return <div role="group" aria-label={label} dangerouslySetInnerHTML={{ __html: html }} />;
}
