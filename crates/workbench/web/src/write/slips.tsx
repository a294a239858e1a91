import { write } from "../lib/route";
import type { Diagnostic } from "../lib/types";

const SIGN = { error: "✗", warning: "!", note: "·" } as const;

/** Diagnostics as the command line gives them; each leads to its place. */
export function Slips({ slips, onShow }: { slips: Diagnostic[]; onShow?: (slip: Diagnostic) => void }) {
  return (
    <ul class="slips">
      {slips.map((slip, at) => (
        <li key={at} class={`slip ${slip.severity}`}>
          <span aria-hidden="true" class="sign">{SIGN[slip.severity]}</span>
          <span>
            <span class="visually-hidden">{slip.severity}: </span>
            {slip.message}
            {slip.expected && <span class="muted"> · expected {slip.expected}</span>}
            {slip.help && <span> · try <code>{slip.help}</code></span>}
            {slip.file && (
              <>
                {" "}
                {onShow ? (
                  <button type="button" class="link small" onClick={() => onShow(slip)}>line {slip.line}</button>
                ) : (
                  <a class="small" href={write("write", slip.file, new URLSearchParams({ line: String(slip.line) }))}>{slip.file}:{slip.line}</a>
                )}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
