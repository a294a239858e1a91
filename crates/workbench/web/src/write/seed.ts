import { signal } from "@preact/signals";

/** A claim that another screen has begun, as TOML. */
export const seed = signal("");
