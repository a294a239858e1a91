import { words } from "../lib/words";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { RangeChart } from "../claims/range";
import { post } from "../lib/api";
import { useKeys } from "../lib/keys";
import { Empty, Mark, Slip, Wait } from "../lib/parts";
import { useResource } from "../lib/resource";
import { revision } from "../lib/live";
import { undo } from "../history";
import { complain, say } from "../lib/toast";
import type { Proposal } from "../lib/types";
import "../style/review.css";
import { changedKeys } from "../write/lines";
import { Slips } from "../write/slips";

const REASONS = ["The source does not say so.", "The case has it already.", "Another source is the origin.", "It is not about this case."];

type Judgement = "accept" | "amend" | "reject";

const key = (proposal: Proposal) => `${proposal.file} ${proposal.n} ${words(proposal.values.id)}`;
const sentence = (proposal: Proposal) => words(proposal.values.text) || [proposal.values.from, proposal.values.kind, proposal.values.to].map(words).join(" ").trim() || words(proposal.values.id);

/** Proposals, one after the other: accepted, amended or rejected with a key each. */
export function ReviewScreen() {
  const { value: queue, slip } = useResource<Proposal[]>("/api/proposals");
  const at = useSignal(0);
  const amended = useSignal<string | null>(null);
  const reason = useSignal("");
  const working = useSignal(false);
  const asked = useSignal(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const why = useRef<HTMLInputElement>(null);
  const place = Math.min(at.value, Math.max(0, (queue?.length ?? 1) - 1));
  const proposal = queue?.[place] ?? null;
  const now = proposal ? key(proposal) : "";
  useEffect(() => {
    amended.value = null;
    reason.value = "";
    asked.value = false;
  }, [now]);
  const decide = async (verdict: Judgement) => {
    if (!proposal || working.value) return;
    // A rejection needs its reason: the key asks for it, Enter in the field decides.
    if (verdict === "reject" && !reason.value.trim()) {
      asked.value = true;
      why.current?.focus();
      return;
    }
    working.value = true;
    try {
      await post(`/api/proposals/${encodeURIComponent(proposal.file)}/${proposal.n}`, {
        verdict,
        reason: reason.value.trim() || (verdict === "amend" ? `changed: ${changedKeys(proposal.toml, amended.value ?? proposal.toml)}` : ""),
        base: proposal.hash,
        ...(verdict === "amend" ? { toml: amended.value ?? proposal.toml } : {}),
      });
      const done = { accept: "Accepted", amend: "Amended and accepted", reject: "Rejected" }[verdict];
      say(`${done}: ${sentence(proposal).slice(0, 70)}`, { act: { label: "Undo", run: undo } });
      revision.value += 1;
    } catch (slip) {
      complain(slip);
    } finally {
      working.value = false;
    }
  };
  const begin = () => {
    if (!proposal) return;
    amended.value ??= proposal.toml;
    setTimeout(() => text.current?.focus());
  };
  const turnBack = () => {
    if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body) document.activeElement.blur();
    amended.value = null;
  };
  useKeys("Review", [
    { key: "a", does: "accept", run: () => void decide("accept") },
    { key: "e", does: "amend: edit, then Ctrl+Enter", run: begin },
    { key: "r", does: "reject", run: () => void decide("reject") },
    { key: "w", does: "write a reason", run: () => why.current?.focus() },
    { key: "j", does: "next", run: () => (at.value = Math.min((queue?.length ?? 1) - 1, place + 1)) },
    { key: "k", does: "the one before", run: () => (at.value = Math.max(0, place - 1)) },
    { key: "Ctrl+Enter", does: "save the amended text", run: () => amended.value !== null && void decide("amend") },
    { key: "Escape", does: "leave a field, drop the amendment", run: turnBack },
  ]);
  if (slip) return <Slip slip={slip} />;
  if (!queue) return <Wait what="Reading the proposals" />;
  if (!proposal) return <Empty title="Nothing waits for review"><p>Proposals are files in the folder <code>proposals</code> of the case: statements that somebody, or a program, suggests. What you decide, and why, is kept in <code>proposals/decided.toml</code>.</p></Empty>;
  const errors = proposal.diagnostics.filter((each) => each.severity === "error");
  return (
    <div class="claims review">
      <section class="list-pane" aria-label="Queue">
        <p class="sieve muted">{queue.length} wait{queue.length === 1 ? "s" : ""}</p>
        <ol class="list" aria-label="Proposals">
          {queue.map((each, k) => (
            <li key={key(each)}>
              <button type="button" class="queue-line" aria-current={k === place ? "true" : undefined} onClick={() => (at.value = k)}>
                <span class="words">{sentence(each)}</span>
                <span class="meta small muted">{each.table}{each.by && ` · ${each.by}`}{each.diagnostics.some((slip) => slip.severity === "error") && <b class="changed"> · errors</b>}</span>
              </button>
            </li>
          ))}
        </ol>
      </section>
      <section class="detail" aria-label="Proposal">
        <div class="detail-head">
          <span class="muted">{proposal.table}</span>
          <code class="small muted">{words(proposal.values.id)}</code>
          <span class="muted small">proposed by {proposal.by ?? "nobody named"}{proposal.at && `, ${proposal.at}`}{proposal.about && `, about ${proposal.about}`}{proposal.into && `; would go into ${proposal.into}`}</span>
        </div>
        <h1>{sentence(proposal)}</h1>
        <div class="decide" role="group" aria-label="Decide">
          <button type="button" class="button main" disabled={working.value || errors.length > 0} onClick={() => void decide("accept")}>Accept <kbd>a</kbd></button>
          {amended.value === null ? <button type="button" class="button" disabled={working.value} onClick={begin}>Amend <kbd>e</kbd></button> : <button type="button" class="button main" disabled={working.value} onClick={() => void decide("amend")}>Accept as amended <kbd>Ctrl Enter</kbd></button>}
          <button type="button" class="button" disabled={working.value} onClick={() => void decide("reject")}>Reject <kbd>r</kbd></button>
          <label class="reason">Reason <kbd>w</kbd> <input ref={why} type="text" value={reason.value} placeholder={asked.value ? "why not? Enter rejects" : "kept with the decision"} list="reasons" onInput={(event) => (reason.value = event.currentTarget.value)} onKeyDown={(event) => { if (event.key !== "Enter") return; event.currentTarget.blur(); if (asked.value) void decide("reject"); }} /></label>
          <datalist id="reasons">{REASONS.map((each) => <option key={each} value={each} />)}</datalist>
        </div>
        {proposal.diagnostics.length > 0 && <Slips slips={proposal.diagnostics.map((each) => ({ ...each, file: "" }))} />}
        <div class="sheet">
          {amended.value === null ? <pre class="proposed">{proposal.toml}</pre> : <textarea ref={text} class="mono amend" aria-label="Amended text" rows={Math.max(10, amended.value.split("\n").length + 1)} value={amended.value} onInput={(event) => (amended.value = event.currentTarget.value)} spellcheck={false} />}
          {proposal.finding && (
            <div>
              <p><Mark verdict={proposal.finding.verdict} /> <b>{proposal.finding.computed?.display}</b></p>
              <p class="small">{proposal.finding.because}</p>
              <RangeChart finding={proposal.finding} />
            </div>
          )}
        </div>
      </section>
    </div>
  );
}
