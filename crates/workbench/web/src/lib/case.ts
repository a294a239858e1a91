import { signal } from "@preact/signals";
import type { CaseInfo } from "./types";

/** The case that is served, once known. */
export const theCase = signal<CaseInfo | null>(null);
