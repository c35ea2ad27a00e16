/** The words after `?` in a screen's address. Filters are stored there, so links, going back and reloading preserve them. */
import { computed } from "@preact/signals";
import { path, reword } from "./navigation.ts";

/** The words of the current screen, by name. */
export const words = computed<ReadonlyMap<string, string>>(
  () => new Map(new URLSearchParams(path.value.split("?")[1] ?? "")),
);

/** A filter's word in the address; empty if the address has none. */
export function word(name: string): string {
  return words.value.get(name) ?? "";
}

/** The address of the current screen without its words, such as `/invoices`. */
export function routeNow(): string {
  return path.value.split("?")[0] ?? "/";
}

/** Changes filters; an empty word removes one. Adds nothing to the history: going back leads to the previous screen. */
export function setWords(changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams([...words.value]);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const route = routeNow();
  const query = next.toString();
  reword(query === "" ? route : `${route}?${query}`);
}
