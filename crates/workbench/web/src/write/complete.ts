import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Completions, Field, FormTable } from "../lib/types";

/** Where in a TOML file of a case the cursor stands: its table, and the key of the line. */
export function place(before: string): { table: string[]; key: string | null; word: string } {
  const lines = before.split("\n");
  const line = lines.at(-1)!;
  let table: string[] = [];
  for (let at = lines.length - 2; at >= 0; at -= 1) {
    const found = /^\s*\[\[?\s*([\w.-]+)\s*\]\]?/.exec(lines[at]!);
    if (found) {
      table = found[1]!.split(".");
      break;
    }
  }
  const key = /^\s*([\w-]+)\s*=/.exec(line)?.[1] ?? null;
  return { table, key, word: /[\w-]*$/.exec(line)![0] };
}

/** The keys that may stand in a table. */
export function fieldsOf(vocabulary: FormTable[], path: string[], kind?: string): Field[] {
  const [top, ...rest] = path;
  let table = vocabulary.find((each) => each.table === top);
  for (const name of rest) {
    const field = table?.fields.find((each) => each.name === name);
    table = field?.of as FormTable | undefined;
  }
  if (!table) return [];
  const variants = table.variants ?? [];
  if (variants.length === 0) return table.fields ?? [];
  const chosen = variants.filter((variant) => !kind || variant.table === kind);
  const all = new Map(chosen.flatMap((variant) => variant.fields).map((field) => [field.name, field]));
  const which: Field = { name: "kind", kind: "one-of", of: variants.map((variant) => variant.table), required: true, doc: "How it is tested." };
  return [which, ...all.values()];
}

/** What a value of a key can be. */
export function choices(field: Field, words: Completions | null): { id: string; label: string }[] {
  const inner = field.of as { kind?: string; of?: unknown } | string[] | null;
  if (field.kind === "one-of" || field.kind === "labels") return ((inner as string[]) ?? []).map((word) => (Array.isArray(word) ? String(word[0]) : word)).map((id) => ({ id, label: "" }));
  if ((field.kind === "list" || field.kind === "one-or-more") && inner && !Array.isArray(inner)) return choices({ ...field, kind: inner.kind ?? "", of: inner.of }, words);
  if (field.kind === "id" && words) {
    const nouns = (inner as string[]) ?? [];
    const lists = words as unknown as Record<string, { id: string; label: string }[] | undefined>;
    const known = nouns.length > 3 ? ["statement"] : nouns;
    return known.flatMap((noun) => lists[noun] ?? (["relation", "estimate", "control"].includes(noun) ? words.statement : []));
  }
  if ((field.kind === "quantity" || field.kind === "hedge") && words) return words.phrase.map((id) => ({ id, label: "" }));
  return [];
}

/** Completes tables, keys, ids and words, as the format has them. */
export function completer(vocabulary: () => FormTable[], words: () => Completions | null) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(0, context.pos);
    const { table, key, word } = place(before);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const from = context.pos - word.length;
    if (/^\s*\[+[\w.-]*$/.test(line)) {
      return { from, options: vocabulary().map((each) => ({ label: each.table, type: "class", info: each.doc })) };
    }
    const kind = /kind\s*=\s*"([\w-]+)"/.exec(before.slice(before.lastIndexOf("\n[")))?.[1];
    const fields = fieldsOf(vocabulary(), table, table.length > 1 ? kind : undefined);
    if (!key) {
      if (!/^\s*[\w-]*$/.test(line) || (!word && !context.explicit)) return null;
      return { from, options: fields.map((field): Completion => ({ label: field.name, apply: `${field.name} = `, type: "property", detail: field.required ? "needed" : "", info: field.doc })), validFor: /^[\w-]*$/ };
    }
    const field = fields.find((each) => each.name === key);
    if (!field) return null;
    const quoted = (line.match(/"/g) ?? []).length % 2 === 1;
    if (!quoted && !context.explicit) return null;
    return {
      from,
      options: choices(field, words()).map(({ id, label }): Completion => ({ label: id, detail: label.slice(0, 48), apply: quoted ? id : `"${id}"` })),
      validFor: /^[\w -]*$/,
    };
  };
}

/** Completes directives of the briefing, and the ids in them. */
export function briefCompleter(words: () => Completions | null) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const open = /(?::(claim)\[[^\]]*\]|:(number)|:(cite)|::figure\{[^}]*(actors?)=|::figure\{[^}]*(place)=)\{?([\w,-]*)$/.exec(before);
    const known = words();
    if (open && known && (before.includes("{") || open[4] || open[5])) {
      const list = open[1] || open[2] ? known.claim : open[3] ? known.source : open[5] ? known.place : known.actor;
      const word = /[\w-]*$/.exec(before)![0];
      return { from: context.pos - word.length, options: list.map(({ id, label }) => ({ label: id, detail: label.slice(0, 60) })), validFor: /^[\w-]*$/ };
    }
    const colon = /::?[a-z]*$/.exec(before);
    if (!colon) return null;
    const apply = [":claim[words]{", ":number{", ":cite{", "::figure{timeline ", "::figure{map ", "::figure{strength actor=", "::figure{genealogy ", "::figure{network at=", "::figure{verdicts}", "::table{claims ", "::table{estimates "];
    return { from: context.pos - colon[0].length, options: apply.map((label) => ({ label })), validFor: /^::?[a-z[{ ]*$/ };
  };
}
