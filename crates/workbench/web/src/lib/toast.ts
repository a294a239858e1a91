import { signal } from "@preact/signals";
import { ApiError } from "./api";

export interface Toast {
  key: number;
  words: string;
  bad: boolean;
  act?: { label: string; run: () => void };
}

export const toasts = signal<Toast[]>([]);
let next = 0;

export function dismiss(key: number) {
  toasts.value = toasts.value.filter((each) => each.key !== key);
}

export function say(words: string, options: { bad?: boolean; act?: Toast["act"] } = {}) {
  next += 1;
  const toast: Toast = { key: next, words, bad: options.bad ?? false };
  if (options.act) toast.act = options.act;
  toasts.value = [...toasts.value.filter((each) => each.words !== words).slice(-3), toast];
  setTimeout(() => dismiss(toast.key), options.bad ? 12_000 : 6_000);
}

/** Tells what went wrong, and the mend where the server knows one. */
export function complain(slip: unknown) {
  if (slip instanceof DOMException && slip.name === "AbortError") return;
  const hint = slip instanceof ApiError && slip.hint ? ` ${slip.hint}` : "";
  say(`${slip instanceof Error ? slip.message : String(slip)}${hint}`, { bad: true });
}
