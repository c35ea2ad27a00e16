/** What this device proposes for a new organization. */
import { isLanguage } from "../../../events/values/language.ts";

/** The language of the device, as a tag that a server accepts: extensions, such as a calendar, are left out. */
export function deviceLanguage(tag = navigator.language): string {
  const plain = tag.replace(/-[a-z0-9]-.*$/i, "");
  return isLanguage(plain) ? plain : "en";
}

/** The time zone of the device; UTC if its system does not name one. */
export function deviceTimeZone(zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  return zone === undefined || zone === "Etc/Unknown" ? "UTC" : zone;
}
