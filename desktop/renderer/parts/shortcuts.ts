/**
 * Every keyboard shortcut, in one table. The handlers ask `isPressed`, and the list that `?` opens shows the table.
 *
 * A key that types a character does nothing while the user types: in a field, with an input method, with AltGr.
 */
import { SECTIONS } from "./places.ts";

interface Shortcut {
  /** Such as `Ctrl+K`. Ctrl is Command on a Mac. Any of them does it. */
  keys: readonly string[];
  name: string;
  where: "Anywhere" | "On the time bar" | "In a list" | "On an invoice" | "In a form" | "In the lines of an invoice";
}

export const SHORTCUTS = {
  palette: { keys: ["Ctrl+K"], name: "Find, create or go to anything", where: "Anywhere" },
  help: { keys: ["?"], name: "Show this list", where: "Anywhere" },
  search: { keys: ["/", "Ctrl+F"], name: "Search this list", where: "Anywhere" },
  timeBar: { keys: ["T", "Alt+T"], name: "Time bar: the books at any moment", where: "Anywhere" },
  now: { keys: ["Escape"], name: "From the past back to now", where: "Anywhere" },
  newInvoice: { keys: ["Alt+N"], name: "New invoice", where: "Anywhere" },
  sync: { keys: ["F5"], name: "Sync now", where: "Anywhere" },
  momentEvent: { keys: ["ArrowLeft", "ArrowRight"], name: "One event back or on", where: "On the time bar" },
  momentDay: { keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], name: "One day back or on", where: "On the time bar" },
  momentMonth: {
    keys: ["PageDown", "PageUp"],
    name: "To the end of the month before or after",
    where: "On the time bar",
  },
  momentEnds: { keys: ["Home", "End"], name: "To the first or the last event", where: "On the time bar" },
  rows: {
    keys: ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"],
    name: "Choose a row",
    where: "In a list",
  },
  open: { keys: ["Enter"], name: "Open the chosen row", where: "In a list" },
  pick: { keys: ["Space"], name: "Select the chosen row, while rows are selected", where: "In a list" },
  why: { keys: ["W"], name: "Why this number: what made the row’s first figure", where: "In a list" },
  toList: { keys: ["ArrowDown", "Enter"], name: "From the search to the list", where: "In a list" },
  next: { keys: ["J", "Alt+ArrowDown"], name: "Next document", where: "On an invoice" },
  previous: { keys: ["K", "Alt+ArrowUp"], name: "Previous document", where: "On an invoice" },
  back: { keys: ["Escape"], name: "Back to the list", where: "On an invoice" },
  preview: { keys: ["P"], name: "Preview the document", where: "On an invoice" },
  print: { keys: ["Ctrl+P"], name: "Print the document", where: "On an invoice" },
  save: { keys: ["Ctrl+Enter", "Ctrl+S"], name: "Save", where: "In a form" },
  issue: { keys: ["Ctrl+Shift+Enter"], name: "Save and issue an invoice", where: "In a form" },
  nextField: { keys: ["Enter"], name: "Next field", where: "In the lines of an invoice" },
  nextLine: { keys: ["Shift+Enter"], name: "Next line", where: "In the lines of an invoice" },
  moveLine: { keys: ["Alt+ArrowUp", "Alt+ArrowDown"], name: "Move the line", where: "In the lines of an invoice" },
  duplicateLine: { keys: ["Ctrl+D"], name: "Duplicate the line", where: "In the lines of an invoice" },
  deleteLine: { keys: ["Ctrl+Delete"], name: "Delete the line", where: "In the lines of an invoice" },
  adjustLine: { keys: ["Alt+A"], name: "Add an allowance or charge", where: "In the lines of an invoice" },
  moreOfLine: { keys: ["Alt+M"], name: "More fields of the line", where: "In the lines of an invoice" },
  pasteLines: { keys: ["Ctrl+V"], name: "Paste rows of a spreadsheet", where: "In the lines of an invoice" },
} as const satisfies Readonly<Record<string, Shortcut>>;

/** All shortcuts, with those of the sections. */
export const ALL_SHORTCUTS: readonly Shortcut[] = [
  ...Object.values(SHORTCUTS),
  ...SECTIONS.map(({ name, key }): Shortcut => ({ keys: [`Alt+${key}`], name: `Go to ${name}`, where: "Anywhere" })),
];

/** What a handler needs of a KeyboardEvent. */
type Press = Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing"> & {
  target: EventTarget | null;
  getModifierState(name: string): boolean;
};

const isMac = typeof navigator !== "undefined" && /^Mac/.test(navigator.platform);

/** True if the user pressed the keys of this shortcut, and is not typing with them. */
export function isPressed(event: Press, name: keyof typeof SHORTCUTS): boolean {
  return SHORTCUTS[name].keys.some((keys) => areKeys(event, keys));
}

/** The section whose keys were pressed; null: none. */
export function sectionPressed(event: Press): (typeof SECTIONS)[number] | null {
  return SECTIONS.find(({ key }) => areKeys(event, `Alt+${key}`)) ?? null;
}

/** @param mac true: Option with a letter types a character */
export function areKeys(event: Press, keys: string, { mac = isMac }: { mac?: boolean } = {}): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const [alt, ctrl, shift] = ["Alt", "Ctrl", "Shift"].map((modifier) => parts.includes(modifier));
  // With AltGr, Windows also reports Ctrl and Alt. An input method reports the key that it is using up.
  if (event.isComposing || event.key === "Process" || event.getModifierState("AltGraph")) return false;
  if (event.altKey !== alt || (event.ctrlKey || event.metaKey) !== ctrl) return false;
  // Where `?` and `/` are on the keyboard, and whether they need Shift, depends on the layout.
  const isSign = key.length === 1 && !/[A-Z\d]/.test(key);
  if (!isSign && event.shiftKey !== shift) return false;
  if (!isKey(event, key)) return false;
  const types = key.length === 1 && !ctrl && (!alt || mac);
  return !types || !isField(event.target);
}

function isKey({ key, code }: Press, wanted: string): boolean {
  if (/^\d$/.test(wanted)) return key === wanted || code === `Digit${wanted}`; // French keyboards need Shift for digits
  if (!/^[A-Z]$/.test(wanted)) return key === wanted;
  // Where a keyboard has no Latin letters, or Option changes the letter, the place of the key decides.
  return /^[a-z]$/i.test(key) ? key.toUpperCase() === wanted : code === `Key${wanted}`;
}

function isField(target: EventTarget | null): boolean {
  return (
    typeof Element !== "undefined" &&
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** The field that has the focus, if there is something in it, or it may have opened a list or a calendar: Esc is its key. */
export function fieldThatTakesEsc(target: EventTarget | null): HTMLInputElement | HTMLSelectElement | null {
  if (!(target instanceof Element) || !isField(target)) return null;
  if (target instanceof HTMLSelectElement) return target;
  if (!(target instanceof HTMLInputElement) || ["checkbox", "radio", "button"].includes(target.type)) return null;
  return target.type === "date" || target.value !== "" ? target : null;
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page up",
  PageDown: "Page down",
  Escape: "Esc",
  Delete: "Del",
};

/** The names of keys that are pressed together: `["Ctrl", "K"]`, or `["⌘", "K"]` on a Mac. */
export function namesOfKeys(keys: string, { mac = isMac }: { mac?: boolean } = {}): string[] {
  return keys
    .split("+")
    .map((key) => (mac ? ({ Ctrl: "⌘", Alt: "⌥", Shift: "⇧" }[key] ?? key) : key))
    .map((key) => SIGNS[key] ?? key);
}
