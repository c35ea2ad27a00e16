/** The window: navigation, the sync indicator, and the screen for the current address. */
import { type ComponentChild, render } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { Banner } from "./frame/banner.tsx";
import { FirstRun } from "./frame/first-run.tsx";
import { SyncIndicator } from "./frame/sync-indicator.tsx";
import { syncNow } from "./frame/sync-now.ts";
import { UpdateBanner } from "./frame/update-banner.tsx";
import { openDialog } from "./palette/open-dialog.ts";
import { Palette } from "./palette/palette.tsx";
import { Keys, ShortcutsDialog } from "./palette/shortcuts-dialog.tsx";
import { SECTIONS } from "./parts/places.ts";
import { fieldThatTakesEsc, isPressed, sectionPressed } from "./parts/shortcuts.ts";
import { mayChange } from "./parts/write-button.tsx";
import { screenOf } from "./screens.tsx";
import { at } from "./state/at.ts";
import { bridge } from "./state/bridge.ts";
import { failureIn } from "./state/call-failed.ts";
import { connect } from "./state/connect.ts";
import { keepMomentInLinks } from "./state/links.ts";
import { isBarOpen, momentFailure } from "./state/moment.ts";
import { go, path } from "./state/navigation.ts";
import { takeOnePressOnly } from "./state/one-press.ts";
import { organization, startProblem, status } from "./state/state.ts";
import { enterViewer } from "./state/viewer-bridge.ts";
import { MomentBanner } from "./time-bar/moment-banner.tsx";
import { isPastOrBar, leavePast, TimeBar, toggleBar } from "./time-bar/time-bar.tsx";

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
        <MomentBanner />
        <Banner status={now} />
        <UpdateBanner />
        <main id="main" tabIndex={-1} data-path={path.value} data-at={at.value ?? ""}>
          {isNoMoment() ? <NoBooks /> : screenOf(path.value)}
        </main>
        <TimeBar />
      </div>
      <Palette />
      <ShortcutsDialog />
    </div>
  );
}

/** True if the address names a moment that there is not: nothing that was on display may pass for its books. */
function isNoMoment(): boolean {
  return at.value !== null && momentFailure.value?.code === "NOT_VALID";
}

function NoBooks(): ComponentChild {
  return (
    <section class="empty">
      <h1>No such moment</h1>
      <p>
        A moment is a day such as 2010-06-30, a time such as 2010-06-30T18:00:00Z, or an event such as 184203.{" "}
        <a href={`#${path.value}${path.value.includes("?") ? "&" : "?"}at=`}>Return to now</a>
      </p>
    </section>
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

/** The section of an address. Diagnostics belong to the settings, and refunds to the payments. */
function sectionOf(address: string): string {
  const section = `/${address.split(/[/?]/)[1] ?? ""}`;
  if (section === "/refunds") return "/payments";
  return section === "/diagnostics" ? "/settings" : section;
}

function Navigation(): ComponentChild {
  const here = sectionOf(path.value);
  return (
    <nav class="navigation" aria-label="Main">
      <p class="organization" title={organization.value?.legal_name ?? ""}>
        {organization.value?.trading_name ?? organization.value?.legal_name ?? "Invoify"}
      </p>
      <button type="button" class="plain find" title="Find, create or go to anything" onClick={() => show("palette")}>
        Find…
        <span>
          <Keys keys="Ctrl+K" />
        </span>
      </button>
      <button
        type="button"
        class="plain find"
        title="The books at any moment"
        aria-expanded={isBarOpen.value}
        onClick={toggleBar}
      >
        Time bar
        <span>
          <Keys keys="T" />
        </span>
      </button>
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
  const action = event.defaultPrevented ? null : actionOf(event);
  if (!action) return;
  event.preventDefault();
  action();
}

/** What the pressed keys do in the whole window; null: nothing. */
function actionOf(event: KeyboardEvent): (() => void) | null {
  if (isPressed(event, "sync")) return () => void syncNow();
  if (!status.value?.initialized || document.querySelector("dialog[open]")) return null;
  if (isPressed(event, "palette")) return () => show("palette");
  if (isPressed(event, "help")) return () => show("shortcuts");
  if (isPressed(event, "timeBar")) return toggleBar;
  if (isPressed(event, "now") && isPastOrBar()) return leavingPast(event.target);
  if (isPressed(event, "newInvoice") && mayChange()) return () => go("/invoices/new");
  const section = sectionPressed(event);
  if (section) return () => go(section.path);
  const search = isPressed(event, "search") && document.querySelector<HTMLInputElement>("#main input[type=search]");
  return search ? () => search.select() : null;
}

/** Esc first leaves a field in which something is typed or open (the browser empties a search), and then the past. */
function leavingPast(target: EventTarget | null): (() => void) | null {
  const field = fieldThatTakesEsc(target);
  if (field === null) return leavePast;
  return field.type === "search" ? null : () => field.blur();
}

function show(dialog: "palette" | "shortcuts"): void {
  openDialog.value = dialog;
}

takeOnePressOnly();
keepMomentInLinks();
window.addEventListener("keydown", onKey);
if (bridge.shell === "browser") await enterViewer().catch(showStartProblem);
if (startProblem.value === null) await connect().catch(showStartProblem);
const root = document.getElementById("app");
if (root) render(<App />, root);
