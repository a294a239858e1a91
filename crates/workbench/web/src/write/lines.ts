/** The lines in which two texts differ: what lies between their common beginning and their common end. */
export function differing(mine: string, theirs: string): { ours: string; others: string; line: number } {
  const [a, b] = [mine.split("\n"), theirs.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return { ours: a.slice(head, a.length - tail).join("\n"), others: b.slice(head, b.length - tail).join("\n"), line: head + 1 };
}

/** The keys on the lines in which two tables differ. */
export function changedKeys(before: string, after: string): string {
  const [a, b] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  const lines = [...b].filter((line) => !a.has(line)).concat([...a].filter((line) => !b.has(line)));
  const keys = lines.map((line) => /^\s*([\w-]+)\s*=/.exec(line)?.[1]).filter(Boolean);
  return [...new Set(keys)].join(", ") || "nothing";
}
