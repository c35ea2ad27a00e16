/** Connects the page to its shell: Electron's preload script or, in a browser, the viewer's server. */

import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Answer, Answers, ElectronBridge, SyncStatus } from "../../contract/contract.ts";
import { CallFailed } from "./call-failed.ts";

declare global {
  interface Window {
    electron?: ElectronBridge;
  }
}

/** @throws CallFailed */
function valueIn<Name extends CallName>(answer: Answer<Name>): Answers[Name] {
  if (answer.ok) return answer.value;
  throw new CallFailed(answer.failure);
}

const SHELL_GONE: Failure = {
  code: "SHELL_GONE",
  message: "the viewer has stopped: start it again, then open the address that it prints",
};

/** The same contract over HTTP, for pages without a preload script. */
function browserBridge(): ElectronBridge {
  const call: ElectronBridge["call"] = async (name, argument) => {
    try {
      const response = await fetch("/call", { method: "POST", body: JSON.stringify({ call: name, argument }) });
      if (!response.ok) return { ok: false, failure: { ...SHELL_GONE, message: await response.text() } };
      return await response.json();
    } catch {
      return { ok: false, failure: SHELL_GONE };
    }
  };
  return {
    shell: "browser",
    call,
    sync: {
      pullFromServer: async () => valueIn(await call("pullFromServer", {})),
      getStatus: async () => valueIn(await call("getStatus", {})),
      getOnlineStatus: async () => valueIn(await call("getOnlineStatus", {})),
      setAuthToken: async (token) => valueIn(await call("setAuthToken", { token })),
      onStatus(listener: (status: SyncStatus) => void) {
        const stream = new EventSource("/status");
        stream.onmessage = ({ data }) => listener(JSON.parse(data));
        return () => stream.close();
      },
    },
    savePdf: null,
    updates: null,
  };
}

export const bridge: ElectronBridge = window.electron ?? browserBridge();

/** Calls the worker. @throws CallFailed */
export async function call<Name extends CallName>(name: Name, argument: Argument<Name>): Promise<Answers[Name]> {
  return valueIn(await bridge.call(name, argument));
}
