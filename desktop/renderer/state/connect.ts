/** Connects the page to its shell: from then on it follows the sync status, the settings and the links. */
import { effect } from "@preact/signals";
import type { OrganizationRow } from "../../contract/contract.ts";
import { at } from "./at.ts";
import { bridge, call } from "./bridge.ts";
import { followMoment } from "./moment.ts";
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
  followMoment();
  effect(() => {
    dataVersion.value;
    if (status.value?.initialized) void readOrganization(at.value);
    else organization.value = null;
  });
  [settings.value, status.value] = await Promise.all([call("getSettings", {}), bridge.sync.getStatus()]);
}

/** The moment of the reading under way; undefined: none. While the moment moves, only the last one is read. */
let reading: string | null | undefined;

/** The organization as of the moment on display: its name, its time zone, and which day is today. */
async function readOrganization(moment: string | null): Promise<void> {
  if (reading !== undefined) return;
  reading = moment;
  await call("getOrganization", {}, moment).then(showOrganization, () => {});
  reading = undefined;
  if (at.peek() !== moment) await readOrganization(at.peek());
}

function showOrganization(row: OrganizationRow | null): void {
  // A new object with the same content would redraw every screen.
  if (JSON.stringify(row) !== JSON.stringify(organization.value)) organization.value = row;
}
