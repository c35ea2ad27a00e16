/** Gives a page the contract, and nothing else of Electron. Runs sandboxed, bundled into one CommonJS file. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from "electron";
import type { CallName } from "../contract/arguments.ts";
import type { CallReply, SyncStatus } from "../contract/contract.ts";
import type { ElectronBridge, UpdateState } from "../contract/electron-bridge.ts";

const call = (async (name: CallName, argument: unknown) =>
  await ipcRenderer.invoke("call", name, argument)) as ElectronBridge["call"];

async function unwrap<Name extends CallName>(pending: Promise<CallReply<Name>>) {
  const answer = await pending;
  if (answer.ok) return answer.value;
  throw new Error(`${answer.failure.code}: ${answer.failure.message}`);
}

const bridge: ElectronBridge = {
  shell: "electron",
  call,
  sync: {
    pullFromServer: () => unwrap(call("pullFromServer", {})),
    getStatus: () => unwrap(call("getStatus", {})),
    getOnlineStatus: () => unwrap(call("getOnlineStatus", {})),
    setAuthToken: (token) => unwrap(call("setAuthToken", { token })),
    onStatus(listener) {
      const onMessage = (_: IpcRendererEvent, status: SyncStatus) => listener(status);
      ipcRenderer.on("status", onMessage);
      return () => ipcRenderer.off("status", onMessage);
    },
  },
  updates: {
    getState: async () => await ipcRenderer.invoke("update", "state"),
    install: async () => await ipcRenderer.invoke("update", "install"),
    notesSeen: async () => await ipcRenderer.invoke("update", "seen"),
    onState(listener) {
      const onMessage = (_: IpcRendererEvent, state: UpdateState) => listener(state);
      ipcRenderer.on("update-state", onMessage);
      return () => ipcRenderer.off("update-state", onMessage);
    },
  },
  files: {
    chooseFile: async (name) => await ipcRenderer.invoke("choose-file", name),
    chooseFolder: async () => await ipcRenderer.invoke("choose-folder"),
    write: async (name, bytes) => await ipcRenderer.invoke("write-file", name, bytes),
  },
  savePdf: async (name) => await ipcRenderer.invoke("save-pdf", name),
};

contextBridge.exposeInMainWorld("electron", bridge);
