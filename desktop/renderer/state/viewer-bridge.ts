/**
 * The contract over HTTP, for a page without a preload script. `desktop/viewer` serves it, and wants a token with every
 * call. The token is in `localStorage`: all tabs of this origin have it, and no other port of this machine.
 */

import type { Argument, CallName } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { CallReply, SyncStatus } from "../../contract/contract.ts";
import type { ElectronBridge } from "../../contract/electron-bridge.ts";
import { CallFailed, valueIn } from "./call-failed.ts";

/** The name of the token in `localStorage`. */
const TOKEN = "invoify-viewer";
/** The pause before a lost connection is tried again, ms. */
const RECONNECT_MS = 3_000;

const SHELL_GONE: Failure = {
  code: "SHELL_GONE",
  message: "the viewer has stopped: start it again, then open the address that it prints",
};

/**
 * Exchanges the key in the printed address for the token, and opens the app. Resolves at once at any other address.
 *
 * @throws CallFailed if the key was used already, or is not the one that the viewer printed last
 */
export async function enterViewer(): Promise<void> {
  if (location.pathname !== "/start") return;
  // Another key in the address bar changes the part after `#` only.
  window.addEventListener("hashchange", () => location.reload());
  const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
  const token = await (await ask("/session", { method: "POST", body: key })).text();
  localStorage.setItem(TOKEN, token);
  location.replace("/"); // the key does not stay in the history
  await new Promise(() => {}); // the page ends here
}

export function viewerBridge(): ElectronBridge {
  const call = async <Name extends CallName>(name: Name, argument: Argument<Name>): Promise<CallReply<Name>> => {
    try {
      const response = await ask("/call", { method: "POST", body: JSON.stringify({ call: name, argument }) });
      return await response.json();
    } catch (error) {
      return { ok: false, failure: error instanceof CallFailed ? error.failure : SHELL_GONE };
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
      onStatus: followStatus,
    },
    files: null,
    savePdf: null,
    updates: null,
  };
}

/**
 * Calls the listener with each status. One tab at a time reads the stream, and passes the statuses on to the others: a
 * browser has six connections to a server, and a stream in each tab would leave none for calls.
 */
function followStatus(listener: (status: SyncStatus) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const channel = new BroadcastChannel("status");
  channel.onmessage = ({ data }) => listener(data);
  const follow = async () => {
    for (; !signal.aborted; await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS)))
      await readStatuses(signal, (status) => {
        listener(status);
        channel.postMessage(status);
      }).catch(() => {}); // the viewer may come back
  };
  // The lock passes to another tab when this one closes.
  void navigator.locks.request("status", { signal }, follow).catch(() => {}); // only if it is aborted
  return () => {
    stop.abort();
    channel.close();
  };
}

/** Resolves when the stream ends. */
async function readStatuses(signal: AbortSignal, listener: (status: SyncStatus) => void): Promise<void> {
  const { body } = await ask("/status", { signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    const lines = (text + part.value).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line !== "") listener(JSON.parse(line));
  }
}

/** Sends a request with the token. @throws CallFailed if the viewer refuses it; TypeError if there is no answer */
async function ask(path: string, init: RequestInit): Promise<Response> {
  const authorization = `Bearer ${localStorage.getItem(TOKEN) ?? ""}`;
  const response = await fetch(path, { ...init, headers: { authorization } });
  if (response.ok) return response;
  throw new CallFailed({ ...SHELL_GONE, message: await response.text() });
}
