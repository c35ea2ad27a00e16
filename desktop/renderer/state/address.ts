/** The words after `?` in the address of a screen: filters live there, so that links, going back and reloading keep them. */
import { computed } from "@preact/signals";
import { path, reword } from "./navigation.ts";

/** Of the screen that is shown. */
export const words = computed<ReadonlyMap<string, string>>(
  () => new Map(new URLSearchParams(path.value.split("?")[1] ?? "")),
);

/** The word that a filter has in the address; empty if it has none. */
export function word(name: string): string {
  return words.value.get(name) ?? "";
}

/** Changes filters; empty takes one away. Going back then leads to the screen before, not through every letter typed. */
export function setWords(changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams([...words.value]);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const [route = "/"] = path.value.split("?");
  const query = next.toString();
  reword(query === "" ? route : `${route}?${query}`);
}
