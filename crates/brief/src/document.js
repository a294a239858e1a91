"use strict";
(() => {
  const page = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Theme: the system's until the reader chooses.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const store = theme => { try { localStorage.setItem("theme", theme); } catch { /* not kept, then */ } };
  const theme = () => page.dataset.theme || (dark.matches ? "dark" : "light");
  const button = document.createElement("button");
  const label = () => { button.textContent = theme() === "dark" ? "Light" : "Dark"; };
  if (stored()) page.dataset.theme = stored();
  button.type = "button";
  button.className = "theme";
  button.title = "Change between light and dark";
  button.addEventListener("click", () => {
    page.dataset.theme = theme() === "dark" ? "light" : "dark";
    store(page.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  label();
  document.querySelector(".masthead").append(button);

  // A link to evidence unfolds it; a second click on the mark folds it again.
  const unfold = hash => {
    const target = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    const fold = target ? target.closest("details") : null;
    if (fold) fold.open = true;
    return fold;
  };
  window.addEventListener("hashchange", () => unfold(location.hash));
  unfold(location.hash);
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#evidence-']");
    if (!link) return;
    const fold = document.getElementById(link.hash.slice(1)).closest("details");
    if (fold.open) {
      if (location.hash === link.hash) { event.preventDefault(); fold.open = false; history.replaceState(null, "", " "); }
    } else {
      fold.open = true;
    }
  });

  // The register's filter.
  const form = document.getElementById("filter-form");
  if (form) {
    const words = document.getElementById("filter-words");
    const verdict = document.getElementById("filter-verdict");
    const count = document.getElementById("filter-count");
    const entries = all(".register .entry");
    const sift = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const text = entry.querySelector(".said p").textContent.toLowerCase();
        const fits = [!verdict.value || entry.dataset.verdict === verdict.value, wanted.every(word => text.includes(word))];
        entry.hidden = fits.includes(false);
        shown += entry.hidden ? 0 : 1;
      }
      for (const topic of all(".register .topic")) topic.hidden = topic.querySelector(".entry:not([hidden])") === null;
      count.textContent = shown + (shown === 1 ? " claim" : " claims");
    };
    form.hidden = false;
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("input", sift);
    all(".tally li").forEach(item => item.addEventListener("click", () => {
      verdict.value = item.className;
      words.value = "";
      sift();
    }));
  }

  // What is folded is printed too.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details.evidence:not([open])");
    folded.forEach(fold => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => {
    folded.forEach(fold => { fold.open = false; });
  });
})();
