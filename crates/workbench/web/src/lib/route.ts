import { signal } from "@preact/signals";

/** Where the reader is: everything that makes a view lives in the hash, so that a view can be shared. */
export interface Route {
  screen: string;
  rest: string;
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [screen = "", ...rest] = path.split("/");
  return {
    screen: screen || "claims",
    rest: rest.map((part) => decodeURIComponent(part)).join("/"),
    query: new URLSearchParams(query),
  };
}

export function write(screen: string, rest: string, query: URLSearchParams): string {
  const path = rest ? `#/${screen}/${rest.split("/").map(encodeURIComponent).join("/")}` : `#/${screen}`;
  const words = query.toString();
  return words ? `${path}?${words}` : path;
}

export const route = signal<Route>(parse(typeof location === "undefined" ? "" : location.hash));

export function listen() {
  addEventListener("hashchange", () => {
    route.value = parse(location.hash);
  });
}

/** Goes somewhere; `replace` leaves no step in the history (typing, brushing). */
export function go(hash: string, replace = false) {
  if (hash === location.hash) return;
  if (replace) {
    history.replaceState(null, "", hash);
    route.value = parse(hash);
  } else {
    location.hash = hash;
  }
}

/** Changes some keys of the query of the present view. */
export function turn(keys: Record<string, string | null>, replace = false) {
  const { screen, rest, query } = route.value;
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(keys)) {
    if (value === null || value === "") next.delete(key);
    else next.set(key, value);
  }
  go(write(screen, rest, next), replace);
}
