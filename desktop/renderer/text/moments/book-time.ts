/** Times as the books count them: in the organization's time zone, like their days, on every device. */
import { computed } from "@preact/signals";
import { usableTimeZone } from "../../../../events/values/time-zone.ts";
import { moment } from "../../state/moment.ts";
import { locale, organization } from "../../state/state.ts";
import { time } from "../format.ts";

/** The organization's time zone, as of the moment on display. UTC if this device does not know it, as for its days. */
export const bookZone = computed(() =>
  usableTimeZone(moment.value?.time_zone ?? organization.value?.time_zone ?? "UTC"),
);

/** `30 Jun 2010, 23:59`, of what the log records. @param atMs ms since 1970 UTC */
export function bookTime(atMs: number): string {
  return time(atMs, locale.value, bookZone.value);
}
