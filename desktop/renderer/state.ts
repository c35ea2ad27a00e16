/** What every screen knows: how sync stands, the settings of this device, the organization, and which screen is shown. */
import { computed, effect, signal } from "@preact/signals";
import type { OrganizationRow, Settings, SyncStatus } from "../contract.ts";
import { bridge, call } from "./bridge.ts";

export const status = signal<SyncStatus | null>(null);
export const settings = signal<Settings>({ theme: "system", locale: null });
export const organization = signal<OrganizationRow | null>(null);

/** What is shown follows the data: a screen that read it reads it again when this changes. */
export const dataVersion = computed(() => `${status.value?.log ?? ""}/${status.value?.checkpoint ?? 0}`);

/** The language that dates, numbers and amounts are written in. */
export const locale = computed(() => settings.value.locale ?? navigator.language);

/** The part of the address after `#`, such as `/invoices/12`. */
export const path = signal(location.hash.slice(1) || "/");

/** Goes to another screen. */
export function go(to: string): void {
  location.hash = to;
}

/** Puts another address in place of this one: "back" does not go through every letter that was typed. */
export function goInstead(to: string): void {
  history.replaceState(history.state, "", `#${to}`);
  path.value = to;
}

/** Begins to listen. */
export async function connect(): Promise<void> {
  window.addEventListener("hashchange", () => {
    path.value = location.hash.slice(1) || "/";
  });
  bridge.sync.onStatus((told) => {
    status.value = told;
  });
  effect(() => {
    document.documentElement.dataset.theme = settings.value.theme;
    document.documentElement.lang = "en";
  });
  effect(() => {
    dataVersion.value;
    if (status.value?.initialized) call("getOrganization", {}).then(keepOrganization, () => {});
    else organization.value = null;
  });
  const [kept, told] = await Promise.all([call("getSettings", {}), bridge.sync.getStatus()]);
  settings.value = kept;
  status.value = told;
}

function keepOrganization(row: OrganizationRow | null): void {
  // The same again would draw everything again.
  if (JSON.stringify(row) !== JSON.stringify(organization.value)) organization.value = row;
}
