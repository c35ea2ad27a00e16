/** Connects the page to its shell: Electron's preload script or, in a browser, the viewer's server. */

import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers, ElectronBridge } from "../../contract/contract.ts";
import { valueIn } from "./call-failed.ts";
import { viewerBridge } from "./viewer-bridge.ts";

declare global {
  interface Window {
    electron?: ElectronBridge;
  }
}

export const bridge: ElectronBridge = window.electron ?? viewerBridge();

/** Calls the worker. @throws CallFailed */
export async function call<Name extends CallName>(name: Name, argument: Argument<Name>): Promise<Answers[Name]> {
  return valueIn(await bridge.call(name, argument));
}
