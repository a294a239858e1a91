import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A key and what it does; the help lists those that work where the reader is. */
export interface Key {
  key: string;
  does: string;
  run: (event: KeyboardEvent) => void;
}

interface Group {
  name: string;
  keys: Key[];
}

export const groups = signal<Group[]>([]);
export const helpOpen = signal(false);

const typing = (target: EventTarget | null) => {
  const element = target instanceof Element ? target : null;
  return element?.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]),textarea,select,[contenteditable=true],.editor") !== null && element !== null;
};

const named = (event: KeyboardEvent) => {
  const held = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const name = event.key === " " ? "Space" : event.key;
  return held + (held && name.length === 1 ? name.toUpperCase() : name);
};

let pending = "";
let pendingTimer = 0;

/** One listener for the whole app; a screen's own keys come before the app's. */
export function listenKeys() {
  addEventListener("keydown", (event) => {
    // A dialog has the keyboard to itself.
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const name = named(event);
    if (typing(event.composedPath()[0] ?? event.target) && !name.startsWith("Ctrl+") && name !== "Escape") return;
    const sequence = pending ? `${pending} ${name}` : name;
    const all = [...groups.value].reverse().flatMap((group) => group.keys);
    const found = all.find((each) => each.key === sequence) ?? (pending ? all.find((each) => each.key === name) : undefined);
    pending = "";
    clearTimeout(pendingTimer);
    if (found) {
      event.preventDefault();
      found.run(event);
    } else if (all.some((each) => each.key.startsWith(`${name} `))) {
      pending = name;
      pendingTimer = window.setTimeout(() => {
        pending = "";
      }, 1200);
    }
  });
}

/** Makes keys work while a component is shown. */
export function useKeys(name: string, keys: Key[]) {
  useEffect(() => {
    const group = { name, keys };
    groups.value = [...groups.value, group];
    return () => {
      groups.value = groups.value.filter((each) => each !== group);
    };
  });
}
