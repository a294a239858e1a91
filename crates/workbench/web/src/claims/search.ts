import type { ClaimLine, Verdict } from "../lib/types";

/** What the reader asks for: words that must all occur, and choices. */
export interface Wanted {
  words: string;
  verdicts: Verdict[];
  topic: string;
  check: string;
  source: string;
  changed: boolean;
}

export const parts = (words: string) => words.toLowerCase().split(/\s+/).filter(Boolean);

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function holds(claim: ClaimLine, words: string[]) {
  if (words.length === 0) return true;
  const told = plain([claim.text, claim.id, claim.topic, claim.source, claim.says, claim.check, claim.display].filter(Boolean).join(" "));
  return words.every((word) => told.includes(plain(word)));
}

/** The claims that fit; `but` leaves one choice out, for the counts beside it. */
export function sift(claims: ClaimLine[], wanted: Wanted, but?: "verdicts"): ClaimLine[] {
  const words = parts(wanted.words);
  return claims.filter(
    (claim) =>
      (but === "verdicts" || wanted.verdicts.length === 0 || (claim.verdict !== null && wanted.verdicts.includes(claim.verdict))) &&
      (!wanted.topic || claim.topic === wanted.topic) &&
      (!wanted.check || (claim.check ?? "none") === wanted.check) &&
      (!wanted.source || claim.source === wanted.source) &&
      (!wanted.changed || claim.changed !== null) &&
      holds(claim, words),
  );
}

/** The text in pieces, those that were searched for marked. */
export function pieces(text: string, words: string[]): { text: string; hit: boolean }[] {
  const wanted = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (wanted.length === 0) return [{ text, hit: false }];
  return text
    .split(new RegExp(`(${wanted.join("|")})`, "gi"))
    .filter(Boolean)
    .map((piece) => ({ text: piece, hit: words.includes(piece.toLowerCase()) }));
}
