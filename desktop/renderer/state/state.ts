/** State that every screen shares: the sync status, this device's settings, and the organization. */
import { computed, signal } from "@preact/signals";
import type { OrganizationRow, Settings, SyncStatus } from "../../contract/contract.ts";

export const status = signal<SyncStatus | null>(null);
/** Why there is no status yet, for the user; null while the app is starting. */
export const startProblem = signal<string | null>(null);
export const settings = signal<Settings>({ theme: "system", locale: null });
export const organization = signal<OrganizationRow | null>(null);

/** The id of the open log; null: none is open. */
export const log = computed(() => status.value?.log ?? null);

/** Quarters of an hour since 1970 UTC. In every time zone, a day begins at the start of one. */
export const quarter = signal(quarterNow());

export function quarterNow(): number {
  return Math.floor(Date.now() / 900_000);
}

/**
 * While this version stays the same, so do all answers; when it changes, screens read again. It includes the time,
 * because an invoice can become overdue at midnight.
 */
export const dataVersion = computed(() => `${log.value ?? ""}/${status.value?.checkpoint ?? 0}/${quarter.value}`);

/** The locale for dates, numbers and amounts. */
export const locale = computed(() => settings.value.locale ?? navigator.language);
