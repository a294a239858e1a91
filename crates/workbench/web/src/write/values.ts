/** Values of a form: keys with texts, numbers, yes or no, lists and tables. */
export type Values = Record<string, unknown>;

const empty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0) || (typeof value === "object" && !Array.isArray(value) && Object.values(value as Values).every(empty));

/** Values without what is empty, inner tables included. */
export function tidy(values: Values): Values {
  const kept = Object.entries(values).filter(([, value]) => !empty(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, typeof value === "object" && !Array.isArray(value) ? tidy(value as Values) : value]));
}

/** What was changed: a new value, or null for a key that is gone. */
export function changes(before: Values, after: Values): Values {
  const [old, now] = [tidy(before), tidy(after)];
  const changed: Values = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (JSON.stringify(old[key]) !== JSON.stringify(now[key])) changed[key] = now[key] ?? null;
  }
  return changed;
}

/** The key on a line of a table as TOML, for the diagnostics of a form: `measure` in `[claim.check]` is `check.measure`. */
export function keyAt(toml: string, line: number): string | null {
  const lines = toml.split("\n");
  let table = "";
  for (const [at, text] of lines.entries()) {
    const header = /^\s*\[+\s*[\w-]+\.?([\w.-]*)\s*\]+/.exec(text);
    if (header) table = header[1] ? `${header[1]}.` : "";
    if (at + 1 === line) {
      const key = /^\s*([\w-]+)\s*=/.exec(text)?.[1];
      return key ? table + key : null;
    }
  }
  return null;
}
