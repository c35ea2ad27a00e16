/** Runs before the worker's program (`--import`), and makes a child process of Node look like Electron's utility process. */
import type * as Electron from "electron";
import "./electron-hook.suite.ts";

const parentPort = {
  on(_: "message", listener: (event: { data: unknown }) => void) {
    process.on("message", (data) => listener({ data }));
  },
  postMessage: (message: unknown) => void process.send?.(message),
} satisfies Record<keyof Pick<Electron.ParentPort, "on" | "postMessage">, unknown>;

Object.assign(process, { parentPort });
// Electron ends its utility processes when it exits.
process.on("disconnect", () => process.exit());
