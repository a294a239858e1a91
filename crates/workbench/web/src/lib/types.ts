/** What the API answers. Field names are those of the wire. */

export type Verdict = "supported" | "consistent" | "mixed" | "contradicted" | "not-testable";

export interface Coverage { area: string; period: string; status: string; note?: string | null }

export interface Dataset {
  id: string;
  title: string;
  version: string;
  publisher: string;
  licence: string;
  attribution?: string | null;
  redistribute_rows: boolean;
  least_events?: number | null;
  events: number;
  coverage: Coverage[];
}

export interface CaseInfo {
  id: string;
  title: string;
  summary?: string | null;
  authors: string[];
  period?: string | null;
  licence?: string | null;
  version: string;
  revision: string;
  grounds: "rows" | "cube" | "none";
  datasets: Dataset[];
  tallies: Record<Verdict, number>;
  claims: number;
  diagnostics: { errors: number; warnings: number };
  has_brief: boolean;
  /** The files have errors, and what is shown is their last state without. */
  stale?: boolean;
  /** The claims have been checked in their present state. */
  checked?: boolean;
}

export interface Related { message: string; file: string; line: number; column?: number }

export interface Diagnostic {
  severity: "error" | "warning" | "note";
  code: string;
  message: string;
  file: string;
  line: number;
  column: number;
  span?: { start: number; end: number } | null;
  expected?: string | null;
  help?: string | null;
  related?: Related[];
}

export interface ClaimLine {
  id: string;
  text: string;
  topic?: string | null;
  source: string;
  says?: string | null;
  hedge?: string | null;
  negated: boolean;
  credibility: number | string;
  valid?: string | null;
  check: string | null;
  /** Null until it is checked. */
  verdict: Verdict | null;
  reason: string | null;
  because: string | null;
  display?: string | null;
  probability?: number | null;
  coverage?: string | null;
  events: number;
  file: string;
  line: number;
  changed: string | null;
}

export interface EvidenceRow {
  id: string;
  start: string;
  end: string;
  place: string;
  sides: string;
  events: number;
  low: number | null;
  best: number | null;
  high: number | null;
  flags: string;
}

export interface Finding {
  claim: string;
  check: string;
  verdict: Verdict;
  reason: string;
  because: string;
  expected: { phrase: string; strict: string | null; pragmatic: string | null } | null;
  computed: { best: number | null; low: number | null; high: number | null; unit: string; display: string } | null;
  bearing: string | null;
  probability: number | null;
  probability_pragmatic: number | null;
  coverage: string | null;
  ground: string;
  sql: string[];
  events: number;
  rows: EvidenceRow[];
  rows_cut: boolean;
  data: { dataset: string; title: string; version: string; sha256: string; licence: string }[];
  voices: { statement: string; source: string; stance: string; says: string }[];
  bars: { label: string; value: number; claimed: boolean }[];
  notes: string[];
  would_change: string[];
}

export interface Spot {
  name: string;
  lat: number | null;
  lon: number | null;
  precision_km?: number | null;
  events: number;
  deaths?: number | null;
}

export interface ClaimPage {
  claim: Record<string, unknown>;
  text_toml: string;
  file: string;
  line: number;
  column: number;
  source: null | {
    id: string;
    title: string;
    authors?: string[];
    publisher?: string | null;
    year?: number | string | null;
    url?: string | null;
    doi?: string | null;
    reliability: string;
    licence?: string | null;
  };
  passage: {
    page?: number | null;
    paragraph?: number | null;
    heading?: string | null;
    anchor?: string | null;
    verified: boolean | null;
  };
  finding: Finding | null;
  history: { verdict: Verdict; reason: string; figure?: string | null; accepted: boolean; commit?: string | null; date?: string | null }[];
  spots: Spot[];
  grades_in_words: { reliability?: string | null; credibility?: string | null };
}

export interface RowPage {
  row: Record<string, unknown>;
  claims: { id: string; text: string; verdict: Verdict | null }[];
  dataset: string;
  licence: string;
}

export interface ActorLine {
  short?: string;
  id: string;
  name: string;
  kind: string;
  aliases: string[];
  parent?: string | null;
  events: number | null;
  statements: number;
}

export interface EstimateLine {
  id: string;
  quantity: string;
  says: string;
  low: number | null;
  high: number | null;
  at: string | null;
  source: string;
  credibility: number | string;
}

export interface RelationLine {
  negated?: boolean;
  id: string;
  kind: string;
  other: string;
  direction: string;
  valid?: string | null;
  source: string;
  says?: string | null;
}

export interface ActorPage {
  actor: {
    id: string;
    name: string;
    kind: string;
    aliases?: string[];
    ids?: Record<string, string | string[] | null>;
    existed?: string | null;
    note?: string | null;
  };
  leaders: { person: string; name?: string; role?: string | null; ended_by?: string | null; from?: string | null; to?: string | null; source: string; statement: string }[];
  estimates: EstimateLine[];
  relations: RelationLine[];
  contradictions: [string, string, string][];
  claims: { id: string; text: string; verdict: Verdict | null }[];
  events: { n: number | null; first?: string | null; last?: string | null; because?: string | null };
}

export interface StrengthMonth { month: string; low: number; q25: number; median: number; q75: number; high: number }
export interface Strength { months: StrengthMonth[]; estimates: EstimateLine[]; notes: string[]; pending?: boolean }

export interface Field {
  name: string;
  /** `text`, `word`, `id`, `new-id`, `date`, `quantity`, `hedge`, `one-of`, `int`, `float`, `bool`, `point`, `numbers`, `labels`, `list`, `one-or-more`, `table`, `tables`. */
  kind: string;
  of?: unknown;
  required: boolean;
  default?: string | null;
  doc: string;
  example?: string | null;
  expected?: string;
}

export interface FormTable { table: string; doc: string; fields: Field[]; at_least_one?: string[] | null; variants?: FormTable[] | null }

export interface Choice { id: string; label: string }
export interface Completions {
  event?: Choice[];
  dataset?: Choice[];
  actor: Choice[];
  place: Choice[];
  source: Choice[];
  claim: Choice[];
  statement: Choice[];
  phrase: string[];
}

export interface FileLine { path: string; bytes: number; hash: string }
export interface FileText { path: string; text: string; hash: string }
export interface Saved { path?: string; hash: string; revision: string; diagnostics: Diagnostic[] }

export interface StatementLine { table: string; id: string; label: string; file: string; line: number }
export interface StatementPage {
  table: string;
  id: string;
  values: Record<string, unknown>;
  toml: string;
  file: string;
  line: number;
  hash: string;
}

export interface Trial {
  toml?: string;
  diagnostics: Diagnostic[];
  finding: Finding | null;
  expected: { phrase: string; strict: string | null; pragmatic: string | null } | null;
}

export interface Reading { strict: string | null; pragmatic: string | null; strict_in_words?: string; pragmatic_in_words?: string; rule?: string | null; diagnostics?: Diagnostic[] }

export interface UndoList { undo: { path: string; at: string; what: string }[]; redo: { path: string; at: string; what: string }[] }

export interface Proposal {
  file: string;
  n: number;
  by: string | null;
  at: string | null;
  about?: string | null;
  table: string;
  values: Record<string, unknown>;
  toml: string;
  diagnostics: Diagnostic[];
  finding: Finding | null;
  /** The file that it would go into. */
  into?: string;
  /** Hash of its own file. */
  hash?: string;
}
