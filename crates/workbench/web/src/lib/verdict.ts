import type { Verdict } from "./types";

/** The verdicts in the order of the briefing. */
export const VERDICTS: Verdict[] = ["supported", "consistent", "mixed", "contradicted", "not-testable"];

/** A glyph with every verdict, and never the colour alone. */
export const GLYPH: Record<Verdict, string> = {
  supported: "✓",
  consistent: "≈",
  mixed: "±",
  contradicted: "✗",
  "not-testable": "?",
};

export const MEANING: Record<Verdict, string> = {
  supported: "The data, or independent sources, bear the claim out.",
  consistent: "The data bound the figure on one side only, or count something akin, and allow the claim.",
  mixed: "The data, or the sources, speak for and against.",
  contradicted: "The data rule the claim out.",
  "not-testable": "Nothing at hand can test it.",
};

export const named = (verdict: Verdict) => (verdict === "not-testable" ? "not testable" : verdict);
