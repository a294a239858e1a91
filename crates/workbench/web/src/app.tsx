import { lazy } from "./lib/lazy";
import { useEffect } from "preact/hooks";
import { ClaimsScreen } from "./claims/screen";
import { Help } from "./help";
import { redo, undo } from "./history";
import { theCase } from "./lib/case";
import { helpOpen, useKeys } from "./lib/keys";
import { connected } from "./lib/live";
import { Empty, Slip } from "./lib/parts";
import { busy } from "./lib/progress";
import { useResource } from "./lib/resource";
import { route } from "./lib/route";
import { theme, turnTheme } from "./lib/theme";
import { dismiss, toasts } from "./lib/toast";
import type { CaseInfo, Proposal } from "./lib/types";

const ExploreScreen = lazy(() => import("./explore/screen").then((each) => each.ExploreScreen));
const ActorsScreen = lazy(() => import("./actors/screen").then((each) => each.ActorsScreen));
const WriteScreen = lazy(() => import("./write/screen").then((each) => each.WriteScreen));
const ReviewScreen = lazy(() => import("./review/screen").then((each) => each.ReviewScreen));

const SCREENS = [
  { name: "claims", label: "Claims", key: "c" },
  { name: "events", label: "Events", key: "v" },
  { name: "actors", label: "Actors", key: "a" },
  { name: "write", label: "Write", key: "w" },
  { name: "review", label: "Review", key: "r" },
];

export function App() {
  const { value, slip } = useResource<CaseInfo>("/api/case");
  useEffect(() => {
    if (!value) return;
    theCase.value = value;
    document.title = `${value.title} · Casefile workbench`;
  }, [value]);
  useKeys("Everywhere", [
    { key: "?", does: "this help", run: () => (helpOpen.value = true) },
    ...SCREENS.map((screen) => ({ key: `g ${screen.key}`, does: `go to ${screen.label.toLowerCase()}`, run: () => (location.hash = `#/${screen.name}`) })),
    { key: "u", does: "undo the last write", run: undo },
    { key: "U", does: "redo it", run: redo },
    { key: "t", does: "light or dark", run: turnTheme },
  ]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>Skip to the content</a>
      {busy.value && <div class="progress" role="progressbar" aria-label="Working" />}
      <Top info={value ?? theCase.value} />
      <main id="main" tabIndex={-1}>
        {slip ? <Slip slip={slip} /> : <Screen />}
      </main>
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map((toast) => (
          <div key={toast.key} class={toast.bad ? "toast bad" : "toast"}>
            <span>{toast.words}</span>
            {toast.act && <button type="button" onClick={() => { dismiss(toast.key); toast.act!.run(); }}>{toast.act.label}</button>}
            <button type="button" aria-label="Dismiss" onClick={() => dismiss(toast.key)}>×</button>
          </div>
        ))}
      </div>
      <Help />
    </>
  );
}

function Screen() {
  switch (route.value.screen) {
    case "claims": return <ClaimsScreen />;
    case "events": return <ExploreScreen />;
    case "actors": return <ActorsScreen />;
    case "write": return <WriteScreen />;
    case "review": return <ReviewScreen />;
    default: return <Empty title="No such page"><p><a href="#/claims">To the claims</a></p></Empty>;
  }
}

function Top({ info }: { info: CaseInfo | null }) {
  const { value: proposals } = useResource<Proposal[]>("/api/proposals");
  const { errors } = info?.diagnostics ?? { errors: 0 };
  return (
    <header class="top">
      <span class="title" title={info?.summary ?? ""}>{info?.title ?? "Casefile"}</span>
      <nav aria-label="Screens">
        {SCREENS.map((screen) => (
          <a key={screen.name} href={`#/${screen.name}`} aria-current={route.value.screen === screen.name ? "page" : undefined}>
            {screen.label}
            {screen.name === "write" && errors > 0 && <> <span class="badge" title={`${errors} errors in the files`}>{errors}</span></>}
            {screen.name === "review" && proposals && proposals.length > 0 && <> <span class="badge" title={`${proposals.length} proposals wait`}>{proposals.length}</span></>}
          </a>
        ))}
      </nav>
      <div class="tools">
        {info?.stale && <a class="changed" href="#/write" title="The files have errors. What is shown is their last state without.">errors in the files</a>}
        {info?.checked === false && !info.stale && <span class="muted small" role="status">checking…</span>}
        {!connected.value && <span class="changed" role="status">not connected</span>}
        <button type="button" class="button small icon" onClick={undo} title="Undo the last write (u)" aria-label="Undo the last write">↶</button>
        <button type="button" class="button small icon" onClick={redo} title="Redo (U)" aria-label="Redo">↷</button>
        <button type="button" class="button small icon" onClick={turnTheme} title="Light or dark (t)" aria-label={theme.value === "dark" ? "Change to light" : "Change to dark"}>{theme.value === "dark" ? "☀" : "☾"}</button>
        <button type="button" class="button small icon" onClick={() => (helpOpen.value = true)} aria-label="Keys" title="Keys (?)">?</button>
      </div>
    </header>
  );
}
