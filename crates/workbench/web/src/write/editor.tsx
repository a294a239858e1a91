import { autocompletion, closeBrackets, completionKeymap, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { type Diagnostic as Squiggle, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "preact/hooks";
import type { Diagnostic } from "../lib/types";

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--fig-ink)", backgroundColor: "var(--fig-paper)", fontSize: "13.5px" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--fig-ink)", padding: ".6rem 0" },
  ".cm-scroller": { lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--fig-paper)", color: "var(--fig-muted)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--fig-blue) 6%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--fig-ink)", borderLeftWidth: "2px" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--fig-sky) 35%, transparent) !important" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--fig-paper)", color: "var(--fig-ink)", border: "1px solid var(--fig-border)", borderRadius: "4px", maxWidth: "36rem" },
  ".cm-panels input, .cm-panels button": { color: "var(--fig-ink)", backgroundColor: "var(--fig-paper)", backgroundImage: "none" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--v-supported)", color: "var(--on)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--fig-vermillion)" },
  ".cm-diagnostic": { padding: ".3rem .6rem", whiteSpace: "pre-wrap" },
  ".cm-completionDetail": { color: "var(--fig-muted)", fontStyle: "normal" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "inherit" },
});

const inks = HighlightStyle.define([
  { tag: tags.comment, color: "var(--fig-muted)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--v-supported)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--v-consistent)" },
  { tag: [tags.number, tags.atom, tags.bool], color: "var(--v-mixed)" },
  { tag: [tags.heading, tags.keyword, tags.typeName], fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: [tags.link, tags.url], color: "var(--link)" },
]);

/** Byte offsets, as the reader of cases counts, are not columns of the editor: lines and columns are. */
function squiggle(view: EditorView, slip: Diagnostic): Squiggle {
  const line = view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, slip.line || 1)));
  const from = Math.min(line.to, line.from + Math.max(0, (slip.column || 1) - 1));
  const length = slip.span ? Math.max(1, slip.span.end - slip.span.start) : line.to - from;
  const words = [slip.message, slip.expected && `expected: ${slip.expected}`, slip.help && `try: ${slip.help}`].filter(Boolean).join("\n");
  return { from, to: Math.max(from, Math.min(line.to, from + length)), severity: slip.severity === "note" ? "info" : slip.severity, message: words, source: slip.code };
}

export interface EditorHandle { text: () => string; replace: (text: string) => void; show: (line: number) => void; mark: (slips: Diagnostic[]) => void; focus: () => void }

interface Props {
  initial: string;
  language: "toml" | "markdown";
  label: string;
  complete: CompletionSource;
  onChange: (text: string) => void;
  onSave: () => void;
  handle: { current: EditorHandle | null };
}

/**
 * A text editor. It lives in a shadow root: there its styles are adopted sheets, which the page's policy against inline
 * styles admits.
 */
export function Editor({ initial, language, label, complete, onChange, onSave, handle }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const now = useRef({ onChange, onSave });
  now.current = { onChange, onSave };
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host{display:block;height:100%}.room{height:100%}");
    root.adoptedStyleSheets = [sheet];
    const room = document.createElement("div");
    room.className = "room";
    root.replaceChildren(room);
    let quiet = false;
    const extensions: Extension[] = [
      lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
      search({ top: true }), lintGutter(), EditorView.lineWrapping, look, syntaxHighlighting(inks),
      language === "toml" ? StreamLanguage.define(toml) : markdown(),
      autocompletion({ override: [complete] }),
      keymap.of([
        { key: "Mod-s", run: () => (now.current.onSave(), true), preventDefault: true },
        // Tab must not be a trap: Escape, then Tab, leaves the editor.
        ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
      ]),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: language === "markdown" ? "true" : "false" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !quiet) now.current.onChange(update.state.doc.toString());
      }),
    ];
    const view = new EditorView({ state: EditorState.create({ doc: initial, extensions }), parent: room, root });
    handle.current = {
      text: () => view.state.doc.toString(),
      replace: (text) => {
        if (text === view.state.doc.toString()) return;
        quiet = true;
        const { from } = view.state.selection.main;
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: Math.min(from, text.length) } });
        quiet = false;
      },
      show: (line) => {
        const at = view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, line)));
        view.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
        view.focus();
      },
      mark: (slips) => view.dispatch(setDiagnostics(view.state, slips.map((slip) => squiggle(view, slip)))),
      focus: () => view.focus(),
    };
    return () => {
      handle.current = null;
      view.destroy();
    };
  }, []);
  return <div class="editor" ref={host} />;
}
