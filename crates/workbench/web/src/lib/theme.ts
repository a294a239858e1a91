import { signal } from "@preact/signals";

type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const kept = (): Theme | null => {
  try {
    const theme = localStorage.getItem("theme");
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    return null;
  }
};

/** The system's theme until the reader chooses. */
export const theme = signal<Theme>(kept() ?? (system.matches ? "dark" : "light"));

const show = () => {
  document.documentElement.dataset.theme = theme.value;
};

export function startTheme() {
  show();
  system.addEventListener("change", () => {
    if (kept()) return;
    theme.value = system.matches ? "dark" : "light";
    show();
  });
}

export function turnTheme() {
  theme.value = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", theme.value);
  } catch {
    // Not kept, then.
  }
  show();
}

/** A colour of the palette as it is now. */
export const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
