/** The window: navigation, the sync indicator, and the screen for the current address. */
import { type ComponentChild, render } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { Banner } from "./frame/banner.tsx";
import { FirstRun } from "./frame/first-run.tsx";
import { SyncIndicator } from "./frame/sync-indicator.tsx";
import { syncNow } from "./frame/sync-now.ts";
import { UpdateBanner } from "./frame/update-banner.tsx";
import { mayWrite } from "./parts/write-button.tsx";
import { SECTIONS, screenOf } from "./screens.tsx";
import { bridge } from "./state/bridge.ts";
import { failureIn } from "./state/call-failed.ts";
import { connect } from "./state/connect.ts";
import { go, path } from "./state/navigation.ts";
import { organization, startProblem, status } from "./state/state.ts";
import { enterViewer } from "./state/viewer-bridge.ts";

function App(): ComponentChild {
  const now = status.value;
  const [route = "/"] = path.value.split("?");
  useLayoutEffect(() => showFromTop(route), [route]);
  if (now === null) return <Starting />;
  // Without data there is nothing to show. With data, everything stays readable, whatever the server replies.
  if (!now.initialized) return <FirstRun status={now} />;
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to content
      </button>
      <Navigation />
      <div class="page">
        <Banner status={now} />
        <UpdateBanner />
        <main id="main" tabIndex={-1} data-path={path.value}>
          {screenOf(path.value)}
        </main>
      </div>
    </div>
  );
}

function Starting(): ComponentChild {
  const problem = startProblem.value;
  if (problem === null) return <p class="starting">Starting…</p>;
  return (
    <p class="starting" role="alert">
      {problem}
    </p>
  );
}

function showStartProblem(error: unknown): void {
  startProblem.value = failureIn(error).message;
}

/**
 * Shows a new screen from its top, with its name in the title. It takes the focus, which the previous screen no longer
 * holds.
 */
function showFromTop(route: string): void {
  const name = route === "/diagnostics" ? "Diagnostics" : SECTIONS.find((one) => one.path === sectionOf(route))?.name;
  document.title = name === undefined ? "Invoify" : `${name} – Invoify`;
  const main = document.getElementById("main");
  if (!main) return;
  main.scrollTop = 0;
  if (!document.activeElement?.closest("nav")) main.focus({ preventScroll: true });
}

/** The section of an address. Diagnostics belong to the settings. */
function sectionOf(address: string): string {
  const section = `/${address.split(/[/?]/)[1] ?? ""}`;
  return section === "/diagnostics" ? "/settings" : section;
}

function Navigation(): ComponentChild {
  const here = sectionOf(path.value);
  return (
    <nav class="navigation" aria-label="Main">
      <p class="organization" title={organization.value?.legal_name ?? ""}>
        {organization.value?.trading_name ?? organization.value?.legal_name ?? "Invoify"}
      </p>
      <ul>
        {SECTIONS.map(({ path: to, name, key }) => (
          <li key={to}>
            <a href={`#${to}`} aria-current={here === to ? "page" : undefined} title={`${name} (Alt+${key})`}>
              {name}
            </a>
          </li>
        ))}
      </ul>
      <SyncIndicator />
    </nav>
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "F5") {
    event.preventDefault();
    void syncNow();
  } else if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const to =
      event.key.toLowerCase() === "n" && mayWrite()
        ? "/invoices/new"
        : SECTIONS.find(({ key }) => key === event.key)?.path;
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  } else if (event.key === "/" || (event.key === "f" && (event.ctrlKey || event.metaKey))) {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
    const search = document.querySelector<HTMLInputElement>("input[type=search]");
    if (!search || (typing && event.key === "/")) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
}

window.addEventListener("keydown", onKey);
if (bridge.shell === "browser") await enterViewer().catch(showStartProblem);
if (startProblem.value === null) await connect().catch(showStartProblem);
const root = document.getElementById("app");
if (root) render(<App />, root);
