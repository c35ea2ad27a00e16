/** What every screen knows: how sync stands, the settings of this device, the organization, and which screen is shown. */
import { computed, effect, signal } from "@preact/signals";
import type { OrganizationRow, Settings, SyncStatus } from "../../contract/contract.ts";
import { bridge, call } from "./bridge.ts";
import { askFor, forgetAhead, watchIntentions } from "./prefetch.ts";

export const status = signal<SyncStatus | null>(null);
export const settings = signal<Settings>({ theme: "system", locale: null });
export const organization = signal<OrganizationRow | null>(null);

/** What is shown follows the data: a screen that read it reads it again when this changes. */
export const dataVersion = computed(() => `${status.value?.log ?? ""}/${status.value?.checkpoint ?? 0}`);

/** The language that dates, numbers and amounts are written in. */
export const locale = computed(() => settings.value.locale ?? navigator.language);

/** The part of the address after `#`, such as `/invoices/12`: of the screen that is shown. */
export const path = signal(addressed());

/** The same of the screen that is asked for: for a moment the one before is still in sight. */
function addressed(): string {
  return location.hash.slice(1) || "/";
}

/** Goes to another screen: at once, for the browser's own word that the address is another comes a frame later. */
export function go(to: string): void {
  location.hash = to;
  follow();
}

function follow(): void {
  show(addressed());
}

/** Puts another address in place of this one: "back" does not go through every letter that was typed. */
export function goInstead(to: string): void {
  history.replaceState(history.state, "", `#${to}`);
  follow();
}

/**
 * Puts other words, such as a filter, into the address of the screen that is shown. Who is on the way to another screen
 * already stays on that way: what was typed just before is too late.
 */
export function reword(to: string): void {
  if (addressed() === path.value && to !== path.value) goInstead(to);
}

/** How long the screen before stays, at most, while what the next one shows is on its way, ms. */
const HOLD_MS = 100;
let turns = 0;

/** Most answers come within a few milliseconds: then the next screen is drawn once, and not empty first. */
function show(to: string): void {
  const turn = ++turns;
  const put = () => {
    if (turn === turns) path.value = to;
  };
  const ready = status.value?.initialized ? askFor(to) : null;
  if (ready === null) put();
  else {
    void ready.then(put);
    setTimeout(put, HOLD_MS);
  }
}

/** Begins to listen. */
export async function connect(): Promise<void> {
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", followLink);
  watchIntentions();
  bridge.sync.onStatus((told) => {
    status.value = told;
  });
  effect(() => {
    document.documentElement.dataset.theme = settings.value.theme;
    document.documentElement.lang = "en";
  });
  effect(() => {
    dataVersion.value;
    forgetAhead();
    if (status.value?.initialized) call("getOrganization", {}).then(keepOrganization, () => {});
    else organization.value = null;
  });
  const [kept, told] = await Promise.all([call("getSettings", {}), bridge.sync.getStatus()]);
  settings.value = kept;
  status.value = told;
}

/** A plain click on a link to a screen; the browser does what any other click asks for, such as another window. */
function followLink(event: MouseEvent): void {
  const { target, button, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (defaultPrevented || button !== 0 || altKey || ctrlKey || metaKey || shiftKey) return;
  const href = target instanceof Element ? target.closest("a[href]")?.getAttribute("href") : null;
  if (!href?.startsWith("#/")) return;
  event.preventDefault();
  go(href.slice(1));
}

function keepOrganization(row: OrganizationRow | null): void {
  // The same again would draw everything again.
  if (JSON.stringify(row) !== JSON.stringify(organization.value)) organization.value = row;
}
