/** The part of the module `electron` in a utility process that our worker uses. */
import type * as Electron from "electron";
import { strict } from "./strict.suite.ts";

export const net = strict("net", {
  fetch: ((input: string, init?: RequestInit) => globalThis.fetch(input, init)) as Electron.Net["fetch"],
});
