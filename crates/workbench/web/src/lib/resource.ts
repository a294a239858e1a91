import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "./api";
import { revision } from "./live";

export interface Loaded<T> { value: T | null; slip: unknown; stale: boolean }

/** Something of the case, read again when the case changes. What was read before stays up meanwhile. */
export function useResource<T>(path: string | null, load: (path: string, signal: AbortSignal) => Promise<T> = get): Loaded<T> {
  const state = useSignal<Loaded<T> & { path: string | null }>({ value: null, slip: null, stale: true, path: null });
  const at = revision.value;
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    if (state.peek().path !== path) state.value = { value: null, slip: null, stale: true, path };
    else state.value = { ...state.peek(), stale: true };
    load(path, stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) state.value = { value, slip: null, stale: false, path };
      },
      (slip: unknown) => {
        if (!stop.signal.aborted) state.value = { value: null, slip, stale: false, path };
      },
    );
    return () => stop.abort();
  }, [path, at]);
  return state.value.path === path ? state.value : { value: null, slip: null, stale: true };
}
