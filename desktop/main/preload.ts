/** What a page sees of Electron: the contract, and nothing else. Runs sandboxed, bundled into one CommonJS file. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from "electron";
import type { CallName } from "../contract/arguments.ts";
import type { Answer, ElectronBridge, SyncStatus, UpdateState } from "../contract/contract.ts";

const call = (async (name: CallName, argument: unknown) =>
  await ipcRenderer.invoke("call", name, argument)) as ElectronBridge["call"];

async function valueIn<Name extends CallName>(answer: Promise<Answer<Name>>) {
  const given = await answer;
  if (given.ok) return given.value;
  throw new Error(`${given.failure.code}: ${given.failure.message}`);
}

const bridge: ElectronBridge = {
  shell: "electron",
  call,
  sync: {
    pullFromServer: () => valueIn(call("pullFromServer", {})),
    getStatus: () => valueIn(call("getStatus", {})),
    getOnlineStatus: () => valueIn(call("getOnlineStatus", {})),
    setAuthToken: (token) => valueIn(call("setAuthToken", { token })),
    onStatus(listener) {
      const told = (_: IpcRendererEvent, status: SyncStatus) => listener(status);
      ipcRenderer.on("status", told);
      return () => ipcRenderer.off("status", told);
    },
  },
  updates: {
    getState: async () => await ipcRenderer.invoke("update", "state"),
    install: async () => await ipcRenderer.invoke("update", "install"),
    notesSeen: async () => await ipcRenderer.invoke("update", "seen"),
    onState(listener) {
      const told = (_: IpcRendererEvent, state: UpdateState) => listener(state);
      ipcRenderer.on("update-state", told);
      return () => ipcRenderer.off("update-state", told);
    },
  },
  savePdf: async (name) => await ipcRenderer.invoke("save-pdf", name),
};

contextBridge.exposeInMainWorld("electron", bridge);
