/** What `electron` is in a utility process, as far as ours uses it. */
import type * as Electron from "electron";
import { strict } from "./strict.suite.ts";

export const net = strict("net", {
  fetch: ((input: string, init?: RequestInit) => globalThis.fetch(input, init)) as Electron.Net["fetch"],
});
