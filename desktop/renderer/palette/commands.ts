/** What the palette can do besides finding records: go to a screen, create something, act on the current page. */

import { OWNER } from "../../../events/business/roles.ts";
import { foldText } from "../../../events/values/fold-text.ts";
import { unsent } from "../form/unsent.ts";
import { REPORTS, SECTIONS, SETTINGS } from "../parts/places.ts";
import { SHORTCUTS } from "../parts/shortcuts.ts";
import { mayChange, mayWrite } from "../parts/write-button.tsx";
import { at } from "../state/at.ts";
import { bridge } from "../state/bridge.ts";
import { isBarOpen } from "../state/moment.ts";
import { go, moveTo } from "../state/navigation.ts";
import { openDialog } from "./open-dialog.ts";

/** One line of the palette. */
export interface Option {
  /** Unique. */
  id: string;
  group: string;
  name: string;
  detail?: string;
  /** Its shortcut, such as `Alt+N`. */
  keys?: string;
  /** Other words to find it by. */
  words?: string;
  /** What names a record alone: its number, name, code or reference. */
  names?: readonly (string | null)[];
  /** Called after the palette has closed. */
  run: () => void;
}

/** The commands that this user may give now, in the order of the palette. */
export function commandsNow(): Option[] {
  return [...pageActions(), ...creations(), ...places(), ...others()];
}

/** Those whose words begin with each typed word; all if nothing is typed. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const wanted = wordsOf(typed);
  return options.filter(({ name, words = "", group }) => {
    const own = wordsOf(`${name} ${words} ${group}`);
    return wanted.every((word) => own.some((one) => one.startsWith(word)));
  });
}

function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** The buttons in the head of the page: they are those that the user's role and the record's status allow. */
function pageActions(): Option[] {
  const buttons = document.querySelectorAll<HTMLElement>(
    "#main .page-head :is(.actions-row button:enabled, .actions-row a[href], a.button[href], button[data-writes]:enabled)",
  );
  const page = document.querySelector<HTMLElement>("#main .page-head h1")?.innerText ?? "";
  return [...buttons].map((button, n) => ({
    id: `page-${n}`,
    group: "On this page",
    name: button.innerText.trim(),
    detail: page,
    run: () => {
      if (!button.isConnected) return;
      button.focus();
      button.click();
    },
  }));
}

function creations(): Option[] {
  const create = (name: string, to: string, more: Partial<Option> = {}): Option => ({
    ...opening(to, name),
    group: "Create",
    words: "add create",
    ...more,
  });
  return [
    ...(mayChange()
      ? [
          create("New invoice", "/invoices/new", { keys: SHORTCUTS.newInvoice.keys[0] }),
          create("New payment", "/payments/new", { words: "add create record receipt" }),
          create("New refund", "/refunds/new", { words: "add create record pay back" }),
          create("New client", "/clients/new", { words: "add create customer" }),
          create("New item", "/items/new", { words: "add create product" }),
          create("New credit note", "/invoices/new?kind=credit_note"),
        ]
      : []),
    ...(mayChange(OWNER) ? [create("Invite a user", "/settings/users/new", { words: "add create new" })] : []),
  ];
}

function places(): Option[] {
  return [
    ...SECTIONS.map(({ path, name, key }) => ({ ...opening(path, name), keys: `Alt+${key}` })),
    opening("/invoices?overdue=true", "Overdue invoices", "late unpaid"),
    opening("/invoices?status=draft", "Drafts", "invoices"),
    opening("/refunds", "Refunds", "payments paid back"),
    ...REPORTS.map(({ path, name, words }) => ({ ...opening(path, `Reports: ${name}`, words), id: `report ${path}` })),
    opening("/changes", "Changes between two moments", "compare difference history audit"),
    ...(unsent.value.length > 0 ? [opening("/unsent", "Not sent yet", "unsent input")] : []),
    ...SETTINGS.filter(({ path, roles }) => path !== "/settings" && mayWrite(roles)).map(({ path, name }) =>
      opening(path, `Settings: ${name}`),
    ),
    opening("/diagnostics", "Diagnostics", "files versions syncs problems"),
  ];
}

function others(): Option[] {
  return [
    {
      id: "sync",
      group: "Other",
      name: SHORTCUTS.sync.name,
      keys: SHORTCUTS.sync.keys[0],
      words: "refresh update",
      run: () => void bridge.sync.pullFromServer().catch(() => {}),
    },
    {
      id: "time-bar",
      group: "Other",
      name: "Time bar",
      detail: "The books at any moment",
      keys: SHORTCUTS.timeBar.keys[0],
      words: "history past moment as of date travel",
      run: () => {
        isBarOpen.value = true;
      },
    },
    ...(at.value === null
      ? []
      : [{ id: "now", group: "Other", name: "Return to now", words: "present today", run: () => moveTo(null) }]),
    {
      id: "shortcuts",
      group: "Other",
      name: "Keyboard shortcuts",
      keys: SHORTCUTS.help.keys[0],
      words: "help keys",
      run: () => {
        openDialog.value = "shortcuts";
      },
    },
  ];
}

/** An option that opens a screen. The focus leaves the palette for that screen. */
export function opening(to: string, name: string, words = ""): Option {
  return {
    id: `to ${to}`,
    group: "Go to",
    name,
    words,
    run: () => {
      document.getElementById("main")?.focus({ preventScroll: true });
      go(to);
    },
  };
}
