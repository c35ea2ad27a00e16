/** What every screen knows: how sync stands, the settings of this device, and the organization. */
import { computed, signal } from "@preact/signals";
import type { OrganizationRow, Settings, SyncStatus } from "../../contract/contract.ts";

export const status = signal<SyncStatus | null>(null);
export const settings = signal<Settings>({ theme: "system", locale: null });
export const organization = signal<OrganizationRow | null>(null);

/** Whose data is shown. */
export const log = computed(() => status.value?.log ?? null);

/** The same version, the same answers: whatever is shown is read again when this changes. */
export const dataVersion = computed(() => `${log.value ?? ""}/${status.value?.checkpoint ?? 0}`);

/** The language that dates, numbers and amounts are written in. */
export const locale = computed(() => settings.value.locale ?? navigator.language);
