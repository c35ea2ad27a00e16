/** Which time zones this runtime knows. The data of time zones comes with Node or the browser, and differs in age. */

const usable = new Map<string, string>();

/**
 * The time zone, or UTC if this runtime does not know it: a log can come from a machine with newer data. So everything can
 * still be read. Screens say so, and nothing is dated meanwhile (`isTimeZone`).
 */
export function usableTimeZone(name: string): string {
  let zone = usable.get(name);
  if (zone === undefined) {
    zone = isTimeZone(name) ? name : "UTC";
    usable.set(name, zone);
  }
  return zone;
}

/** True if this runtime knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
