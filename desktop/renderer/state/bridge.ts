/** Connects the page to its shell: Electron's preload script or, in a browser, the viewer's server. */

import { signal } from "@preact/signals";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import { IS_OF_DEVICE } from "../../contract/device-calls.ts";
import type { ElectronBridge } from "../../contract/electron-bridge.ts";
import { at } from "./at.ts";
import { valueIn } from "./call-failed.ts";
import { viewerBridge } from "./viewer-bridge.ts";

declare global {
  interface Window {
    electron?: ElectronBridge;
  }
}

export const bridge: ElectronBridge = window.electron ?? viewerBridge();

/**
 * The argument at a moment: the one place that adds it to reads that name none. A write has it too, so that the worker refuses it; calls
 * about this device have none.
 */
export function withMoment<Name extends CallName>(
  name: Name,
  argument: Argument<Name>,
  moment: string | null,
): Argument<Name> {
  return moment === null || IS_OF_DEVICE.has(name) ? argument : { at: moment, ...argument };
}

/**
 * Calls the worker.
 *
 * @param moment of a read that is one of several: that of the first. By default, the moment on display
 * @throws CallFailed
 */
export async function call<Name extends CallName>(
  name: Name,
  argument: Argument<Name>,
  moment: string | null = at.peek(),
): Promise<Answers[Name]> {
  const isRead = !IS_OF_DEVICE.has(name);
  if (isRead) readsUnderWay.value++;
  try {
    return valueIn(await bridge.call(name, withMoment(name, argument, moment)));
  } finally {
    if (isRead) readsUnderWay.value--;
  }
}

/** How many reads have no answer yet: while the moment moves, the next one waits for them. */
export const readsUnderWay = signal(0);
