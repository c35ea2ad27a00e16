/** Connects the page to its shell: from then on it follows the sync status, the settings and the links. */
import { effect } from "@preact/signals";
import type { OrganizationRow } from "../../contract/contract.ts";
import { bridge, call } from "./bridge.ts";
import { followLinks } from "./navigation.ts";
import { watchIntentions } from "./prefetch.ts";
import { dataVersion, organization, quarter, quarterNow, settings, status } from "./state.ts";

const MINUTE_MS = 60_000;

export async function connect(): Promise<void> {
  followLinks();
  watchIntentions();
  bridge.sync.onStatus((now) => {
    status.value = now;
  });
  setInterval(() => {
    quarter.value = quarterNow();
  }, MINUTE_MS);
  effect(() => {
    document.documentElement.dataset.theme = settings.value.theme;
    document.documentElement.lang = "en";
  });
  effect(() => {
    dataVersion.value;
    if (status.value?.initialized) call("getOrganization", {}).then(showOrganization, () => {});
    else organization.value = null;
  });
  [settings.value, status.value] = await Promise.all([call("getSettings", {}), bridge.sync.getStatus()]);
}

function showOrganization(row: OrganizationRow | null): void {
  // A new object with the same content would redraw every screen.
  if (JSON.stringify(row) !== JSON.stringify(organization.value)) organization.value = row;
}
