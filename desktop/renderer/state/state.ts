/** What every screen knows: how sync stands, the settings of this device, and the organization. */
import { computed, signal } from "@preact/signals";
import type { OrganizationRow, Settings, SyncStatus } from "../../contract/contract.ts";

export const status = signal<SyncStatus | null>(null);
export const settings = signal<Settings>({ theme: "system", locale: null });
export const organization = signal<OrganizationRow | null>(null);

/** Whose data is shown. */
export const log = computed(() => status.value?.log ?? null);

/** Quarters of an hour since 1970 UTC: a day begins with one of them in every time zone. */
export const quarter = signal(quarterNow());

export function quarterNow(): number {
  return Math.floor(Date.now() / 900_000);
}

/**
 * The same version, the same answers: whatever is shown is read again when this changes. Also with the day, for what is
 * overdue is so as of today.
 */
export const dataVersion = computed(() => `${log.value ?? ""}/${status.value?.checkpoint ?? 0}/${quarter.value}`);

/** The language that dates, numbers and amounts are written in. */
export const locale = computed(() => settings.value.locale ?? navigator.language);
