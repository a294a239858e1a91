import { filePath, get, put, remove } from "../lib/api";

/** Text that is not saved yet, with the hash of what it was begun from. */
export interface Draft { text: string; base: string }

const key = (path: string) => `draft ${path}`;

/** Kept at once in the browser, and soon after beside the case, so that neither a crash of one nor of the other loses a keystroke. */
export class Drafts {
  private timer = 0;

  constructor(private readonly path: string) {}

  keep(draft: Draft) {
    try {
      localStorage.setItem(key(this.path), JSON.stringify(draft));
    } catch {
      // Full, or forbidden: the copy beside the case remains.
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      put(`/api/drafts/${filePath(this.path)}`, draft).catch(() => {});
    }, 250);
  }

  forget() {
    clearTimeout(this.timer);
    localStorage.removeItem(key(this.path));
    remove(`/api/drafts/${filePath(this.path)}`).catch(() => {});
  }

  async find(): Promise<Draft | null> {
    try {
      const here = localStorage.getItem(key(this.path));
      if (here) return JSON.parse(here) as Draft;
    } catch {
      // Then the copy beside the case.
    }
    return get<Draft>(`/api/drafts/${filePath(this.path)}`).catch(() => null);
  }
}
