import { words as spelt } from "../lib/words";
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { inWords } from "../claims/bounds";
import { ApiError, post } from "../lib/api";
import type { Completions, Diagnostic, Field, FormTable, Reading } from "../lib/types";
import { choices } from "./complete";
import type { Values } from "./values";

interface Shared { words: Completions | null; slips: Map<string, Diagnostic[]> }

interface Props extends Shared {
  fields: Field[];
  values: Values;
  onChange: (values: Values) => void;
  /** Path of the table in the statement: `check.` */
  prefix?: string;
}

const LONG = ["text", "note", "summary", "untestable"];

/** The keys of a table as fields: those needed or filled first, the others folded away. */
export function Fields({ fields, values, onChange, prefix = "", ...shared }: Props) {
  const set = (name: string, value: unknown) => onChange({ ...values, [name]: value });
  // A small inner table is shown whole.
  const shown = fields.filter((field) => (prefix !== "" && fields.length <= 6) || field.required || values[field.name] !== undefined || FIRST.includes(field.name) || shared.slips.has(prefix + field.name));
  const rest = fields.filter((field) => !shown.includes(field));
  const draw = (field: Field) => <Row key={field.name} field={field} value={values[field.name]} set={(value) => set(field.name, value)} path={prefix + field.name} {...shared} />;
  return (
    <>
      {shown.map(draw)}
      {rest.length > 0 && (
        <details class="more-keys">
          <summary>{rest.length} more keys: {rest.slice(0, 4).map((field) => field.name).join(", ")}{rest.length > 4 && " …"}</summary>
          {rest.map(draw)}
        </details>
      )}
    </>
  );
}

/** Keys that are offered at once, needed or not: what a statement lives on. */
const FIRST = ["passage", "says", "value", "valid", "credibility", "check", "topic", "actor", "place", "period", "author", "publisher", "issued", "url", "aliases", "against"];

interface RowProps extends Shared { field: Field; value: unknown; set: (value: unknown) => void; path: string }

function Row({ field, value, set, path, words, slips }: RowProps) {
  const id = useId();
  const wrong = slips.get(path) ?? [];
  const table = field.kind === "table" ? (field.of as FormTable | null) : null;
  if (table?.fields) return <Nested field={field} table={table} value={value as Values | undefined} set={set} path={path} words={words} slips={slips} />;
  return (
    <div class="field">
      <label for={id} title={field.doc}>{field.name}{field.required && <span class="needed" title="needed"> *</span>}</label>
      <div>
        <Input id={id} field={field} value={value} set={set} words={words} wrong={wrong.length > 0} />
        {field.kind === "quantity" && typeof value === "string" && value !== "" && <PhraseReading text={value} />}
        {wrong.map((slip, at) => <p key={at} class="field-slip" id={`${id}-slip`}>{slip.message}{slip.help && <> · try <code>{slip.help}</code></>}</p>)}
        <p class="field-doc">{field.doc}</p>
      </div>
    </div>
  );
}

function Nested({ field, table, value, set, path, words, slips }: { field: Field; table: FormTable; value: Values | undefined; set: (value: unknown) => void; path: string } & Shared) {
  const variants = table.variants ?? [];
  if (value === undefined && !field.required) {
    return (
      <div class="field">
        <span class="label" title={field.doc}>{field.name}</span>
        <div><button type="button" class="button small" onClick={() => set(variants.length > 0 ? { kind: variants[0]!.table } : {})}>Add {field.name}</button> <span class="field-doc inline">{field.doc}</span></div>
      </div>
    );
  }
  const now = value ?? {};
  const kind = spelt(now.kind);
  const variant = variants.find((each) => each.table === kind);
  return (
    <fieldset class="nested">
      <legend>{field.name} <button type="button" class="link small" onClick={() => set(undefined)}>remove</button></legend>
      {variants.length > 0 && (
        <div class="field">
          <label for={`${path}-kind`}>kind *</label>
          <div>
            <select id={`${path}-kind`} value={kind} onChange={(event) => set({ ...now, kind: event.currentTarget.value })}>
              {variants.map((each) => <option key={each.table} value={each.table}>{each.table}</option>)}
            </select>
            <p class="field-doc">{variant?.doc}</p>
          </div>
        </div>
      )}
      <Fields fields={variants.length > 0 ? (variant?.fields ?? []) : table.fields} values={now} onChange={set} prefix={`${path}.`} words={words} slips={slips} />
    </fieldset>
  );
}

function Input({ id, field, value, set, words, wrong }: { id: string; field: Field; value: unknown; set: (value: unknown) => void; words: Completions | null; wrong: boolean }) {
  const common = { id, "aria-invalid": wrong, "aria-describedby": wrong ? `${id}-slip` : undefined };
  const options = choices(field, words);
  switch (field.kind) {
    case "one-of":
      return (
        <select {...common} value={spelt(value)} onChange={(event) => set(event.currentTarget.value || undefined)}>
          <option value="">{field.default ? `– (${field.default.replaceAll('"', "")})` : "–"}</option>
          {options.map((option) => <option key={option.id} value={option.id}>{option.id}</option>)}
        </select>
      );
    case "bool":
      return (
        <select {...common} value={spelt(value)} onChange={(event) => set(event.currentTarget.value === "" ? undefined : event.currentTarget.value === "true")}>
          <option value="">–</option>
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      );
    case "int":
    case "float":
      return <input {...common} type="number" step={field.kind === "int" ? 1 : "any"} value={typeof value === "number" ? value : ""} onInput={(event) => set(event.currentTarget.value === "" ? undefined : Number(event.currentTarget.value))} />;
    case "list":
    case "one-or-more":
    case "labels":
    case "numbers":
    case "point":
      return <Chips {...common} value={value} set={set} options={options} numeric={field.kind === "numbers" || field.kind === "point"} one={field.kind === "one-or-more"} example={field.example ?? ""} />;
    case "tables":
      return <p class="small muted">{Array.isArray(value) ? `${value.length} inner tables` : "None"}: these are written in the file itself.</p>;
    default:
      if (LONG.includes(field.name)) return <textarea {...common} rows={field.name === "text" ? 2 : 3} value={spelt(value)} onInput={(event) => set(event.currentTarget.value)} />;
      return (
        <>
          <input {...common} type="text" list={options.length > 0 ? `${id}-words` : undefined} value={typeof value === "string" || typeof value === "number" ? String(value) : ""} placeholder={(field.example ?? "").replaceAll('"', "").slice(0, 60)} onInput={(event) => set(event.currentTarget.value)} autocomplete="off" spellcheck={false} />
          {options.length > 0 && <datalist id={`${id}-words`}>{options.map((option) => <option key={option.id} value={option.id}>{option.label}</option>)}</datalist>}
        </>
      );
  }
}

/** Several values of one key: each a chip that can be taken away. */
function Chips({ id, value, set, options, numeric, one, example, ...aria }: { id: string; value: unknown; set: (value: unknown) => void; options: { id: string; label: string }[]; numeric: boolean; one: boolean; example: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) {
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const store = (next: unknown[]) => set(next.length === 0 ? undefined : one && next.length === 1 ? next[0] : next);
  const add = (input: HTMLInputElement) => {
    const word = input.value.trim();
    if (!word) return;
    input.value = "";
    store([...list, numeric ? Number(word) : word]);
  };
  return (
    <div class="chips">
      {list.map((each, at) => (
        <span class="chip" key={at}>
          {spelt(each)}
          <button type="button" aria-label={`Remove ${spelt(each)}`} onClick={() => store(list.filter((_, k) => k !== at))}>×</button>
        </span>
      ))}
      <input
        id={id}
        {...aria}
        type="text"
        list={options.length > 0 ? `${id}-words` : undefined}
        placeholder={list.length === 0 ? example.replaceAll(/["[\]]/g, "").slice(0, 40) : "add…"}
        autocomplete="off"
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === ",") {
            event.preventDefault();
            add(event.currentTarget);
          } else if (event.key === "Backspace" && event.currentTarget.value === "" && list.length > 0) store(list.slice(0, -1));
        }}
        onChange={(event) => add(event.currentTarget)}
      />
      {options.length > 0 && <datalist id={`${id}-words`}>{options.map((option) => <option key={option.id} value={option.id}>{option.label}</option>)}</datalist>}
    </div>
  );
}

/** What a hedged phrase is taken to mean, while it is typed. */
function PhraseReading({ text }: { text: string }) {
  const told = useSignal<string>("");
  const bad = useSignal(false);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      post<Reading>("/api/phrase", { text }, stop.signal).then(
        (reading) => {
          bad.value = false;
          told.value = `read as ${reading.strict_in_words ?? inWords(reading.strict)}; a careful reader expects ${reading.pragmatic_in_words ?? inWords(reading.pragmatic)}`;
        },
        (slip: unknown) => {
          if (stop.signal.aborted) return;
          bad.value = true;
          told.value = slip instanceof ApiError ? `${slip.message}${slip.hint ? ` ${slip.hint}` : ""}` : "";
        },
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  return told.value ? <p class={bad.value ? "field-slip" : "phrase"} role="status">{told.value}</p> : null;
}
