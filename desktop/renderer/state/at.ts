/**
 * The moment of the books that the screens show. It is the word `at` in the address, as users write moments: an event
 * (`184203`), a day or a time. Without it, the screens show the books as of now.
 */
import { signal } from "@preact/signals";

/** The moment on display; null: now. Only `navigation.ts` changes it, together with the address. */
export const at = signal<string | null>(null);

interface Place {
  /** The address without its moment, such as `/invoices?status=draft`. */
  path: string;
  /** Null: now, or the address names none. */
  at: string | null;
}

/** Splits an address, such as `/invoices?status=draft&at=184203`, into the screen and the moment. */
export function placeOf(address: string): Place {
  const [route = "/", query = ""] = address.split(/\?(.*)/s);
  const words = query.split("&").filter((word) => word !== "");
  const moments = words.filter(isMoment);
  const others = words.filter((word) => !isMoment(word));
  const at = new URLSearchParams(moments.at(-1) ?? "").get("at") ?? "";
  return { path: others.length === 0 ? route : `${route}?${others.join("&")}`, at: at === "" ? null : at };
}

/** The address of a screen at a moment. Any moment that the path names is replaced. */
export function addressAt(path: string, moment: string | null): string {
  const { path: screen } = placeOf(path);
  if (moment === null) return screen;
  return `${screen}${screen.includes("?") ? "&" : "?"}at=${encodeURIComponent(moment).replaceAll("%3A", ":")}`;
}

/** True if an address says at which moment it is: `?at=184203`, or `?at=` for now. */
export function namesMoment(address: string): boolean {
  return (address.split(/\?(.*)/s)[1] ?? "").split("&").some(isMoment);
}

function isMoment(word: string): boolean {
  return word === "at" || word.startsWith("at=");
}
