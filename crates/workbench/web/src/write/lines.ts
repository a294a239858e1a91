/** The lines in which two texts differ: what lies between their common beginning and their common end. */
export function differing(mine: string, theirs: string): { ours: string; others: string; line: number } {
  const [a, b] = [mine.split("\n"), theirs.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return { ours: a.slice(head, a.length - tail).join("\n"), others: b.slice(head, b.length - tail).join("\n"), line: head + 1 };
}
