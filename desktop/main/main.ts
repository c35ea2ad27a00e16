/** Electron's main process: the window, and the events of the operating system. The worker does all the work. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  net,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  utilityProcess,
} from "electron";
import type { FromWorker, StartOptions } from "../contract/channel.ts";
import { WorkerLink, type WorkerProcess } from "../shell/worker-link.ts";
import { APP_ORIGIN, guardContents, guardSession, SCHEME } from "./guards.ts";
import { administratorServer, databaseFolder, isDevelopment } from "./installation.ts";
import { answerCalls } from "./ipc.ts";
import { KeyStore } from "./key-store.ts";
import { servePages } from "./pages.ts";
import { TokenStore } from "./token-store.ts";
import { unlock } from "./unlock.ts";
import { unsavedIn } from "./unsaved.ts";
import { type Updater, Updates } from "./updates.ts";
import { newWindow } from "./window.ts";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

// Must happen before the app is ready: the scheme of the pages is an ordinary secure origin.
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();

// Two instances would use the same files.
if (!app.requestSingleInstanceLock()) app.quit();
else
  run().catch((error: Error) => {
    dialog.showErrorBox("Invoify cannot start", error.message);
    app.exit(1);
  });

async function run(): Promise<void> {
  app.on("web-contents-created", (_, contents) =>
    guardContents(contents, { openExternal: (url) => shell.openExternal(url) }),
  );
  app.on("window-all-closed", () => app.quit());
  await app.whenReady();
  guardSession(session.defaultSession);
  protocol.handle(SCHEME, servePages(at("page/")));

  const folder = databaseFolder(app);
  const tokens = new TokenStore(folder, safeStorage);
  const keys = new KeyStore(folder, safeStorage);
  const fileKey = await unlock(keys, dialog);
  if (fileKey === "quit") return app.exit(1);
  const start: StartOptions = {
    folder,
    server: serverForThisMachine(),
    tokens: await tokens.read(),
    appVersion: app.getVersion(),
    fileKey,
  };
  const windows = new Set<BrowserWindow>();
  const sendToAll = (channel: string, value: unknown) => {
    for (const window of windows) window.webContents.send(channel, value);
  };
  const link = new WorkerLink({
    spawn: spawnWorker,
    start,
    storeTokens: (next) => tokens.write(next),
    storeKey: (key) => keys.write(key),
    onStatus: (status) => sendToAll("status", status),
    onNote: (text) => process.stderr.write(`worker: ${text}\n`),
  });
  const onNote = (text: string) => process.stderr.write(`${text}\n`);
  const updates = new Updates({
    updater: app.isPackaged ? await updaterOf(onNote) : null,
    folder,
    version: app.getVersion(),
    unsaved: () => unsavedIn(link),
    onState: (state) => sendToAll("update-state", state),
    quit: () => app.quit(),
    onNote,
  });
  // The page loads while the worker starts. Its calls wait for the worker.
  const started = link.start().catch((error: Error) => process.stderr.write(`worker: ${error.message}\n`));
  answerCalls(ipcMain, {
    updates,
    async call(name, argument) {
      await started;
      return await link.call(name, argument);
    },
    windowOf: (contents) => BrowserWindow.fromWebContents(contents),
    countryCode: () => app.getLocaleCountryCode(),
    showError: (title, text) => dialog.showErrorBox(title, text),
    async choosePath(window, name) {
      const filters = [
        name.endsWith(".xml") ? { name: "XML", extensions: ["xml"] } : { name: "PDF", extensions: ["pdf"] },
      ];
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name, filters });
      return canceled ? null : filePath;
    },
    async chooseFolder(window) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ["openDirectory", "createDirectory"],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
  });
  const open = async () => {
    const window = newWindow({ preload: at("preload.cjs"), devTools: isDevelopment(app) });
    windows.add(window);
    window.on("closed", () => windows.delete(window));
    await window.loadURL(`${APP_ORIGIN}/index.html`);
  };
  app.on("second-instance", () => {
    const [window] = windows;
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  powerMonitor.on("resume", () => link.send({ kind: "wake" }));
  powerMonitor.on("unlock-screen", () => link.send({ kind: "wake" }));
  watchNetwork(link);
  closeWorkerOnQuit(link, updates);
  await open();
  updates.start();
}

/** Shows an error if the setting is invalid. The app then starts with the server that it knows: the local copy is readable. */
function serverForThisMachine(): string | null {
  try {
    return administratorServer(process.env, process.platform);
  } catch (error) {
    dialog.showErrorBox("Invoify: this computer's settings are wrong", (error as Error).message);
    return null;
  }
}

function spawnWorker(): WorkerProcess {
  const child = utilityProcess.fork(at("worker.cjs"), [], { serviceName: "Invoify data", stdio: "inherit" });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on("message", (message) => listener(message as FromWorker)),
    onExit: (listener) => child.once("exit", () => listener()),
    kill: () => void child.kill(),
  };
}

/** Reports changes of the network. Only `false` is reliable: with a network, the server may still be unreachable. */
function watchNetwork(link: WorkerLink): void {
  let online = net.isOnline();
  const check = () => {
    if (net.isOnline() === online) return;
    online = !online;
    link.send({ kind: "network", online });
  };
  setInterval(check, 2_000).unref();
}

/** Loads electron-updater only if it is needed: an app that is not installed starts without it. */
async function updaterOf(onNote: (text: string) => void): Promise<Updater | null> {
  const { openUpdater } = await import("./updater.ts");
  return openUpdater({ config: join(process.resourcesPath, "app-update.yml"), onNote });
}

/** Quits only after the worker has closed its files. */
function closeWorkerOnQuit(link: WorkerLink, updates: Updates): void {
  let closing = false;
  let closed = false;
  app.on("will-quit", (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing) return; // the user quits again meanwhile
    closing = true;
    const end = async () => {
      await updates.prepareQuit();
      await link.close();
    };
    void end().finally(() => {
      closed = true;
      updates.finishQuit();
      app.quit();
    });
  });
}
