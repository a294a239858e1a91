import { signal } from "@preact/signals";

/** What happened to the case's files last, here or elsewhere. */
export interface Change { revision: string; paths: string[]; own: boolean; at: number }

/** Rises whenever the case changed on disk or its findings were made anew: what shows the case reads it again. */
export const revision = signal(0);
export const lastChange = signal<Change | null>(null);
export const connected = signal(true);

export function listenLive() {
  const stream = new EventSource("/api/events-stream");
  stream.addEventListener("open", () => {
    if (!connected.value) revision.value += 1;
    connected.value = true;
  });
  stream.addEventListener("error", () => {
    connected.value = false;
  });
  stream.addEventListener("changed", (event) => {
    const told = JSON.parse((event as MessageEvent<string>).data) as Omit<Change, "at">;
    lastChange.value = { ...told, at: Date.now() };
    revision.value += 1;
  });
  stream.addEventListener("checked", () => {
    revision.value += 1;
  });
}
