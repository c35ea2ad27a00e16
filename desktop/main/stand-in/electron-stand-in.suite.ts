/**
 * A stand-in for Electron: runs the app's bundled main program, preload and page on Node and a real Chromium. It shows what
 * our code does with Electron, not what Electron does.
 */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { type RequestOptions, request } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import type * as Electron from "electron";
import type { Browser, Page } from "playwright-core";
import { until } from "../../../fixtures/tests/until.ts";
import type { FromWorker, ToWorker } from "../../contract/channel.ts";
import { type SafeStorageOptions, safeStorageOf } from "./safe-storage.suite.ts";
import { StandInApp } from "./stand-in-app.suite.ts";
import { StrictEmitter, strict } from "./strict.suite.ts";
import { appContext, type InvokeEvent, type WindowParts, windowClass } from "./windows.suite.ts";

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;

type PermissionCheck = (contents: null, permission: string) => boolean;

export interface StandInOptions extends SafeStorageOptions {
  browser: Browser;
  /** The folder of the bundled app. */
  dist: string;
  /** `%APPDATA%`. */
  appData: string;
  /** The button that the user presses in a message box. */
  answerOf?: (box: Electron.MessageBoxOptions) => string;
  isPackaged?: boolean;
  /** The folder of `app-update.yml`; default: there is none. */
  resources?: string;
  /** True if another instance is running. */
  isSecond?: boolean;
}

/** One start of the app. */
export class ElectronStandIn {
  readonly app = new StandInApp();
  readonly powerMonitor = new StrictEmitter("resume", "unlock-screen", "suspend", "shutdown");
  readonly workers: { child: ChildProcess; posted: ToWorker[]; heard: FromWorker[] }[] = [];
  readonly openedUrls: string[] = [];
  readonly errorBoxes: { title: string; content: string }[] = [];
  readonly messageBoxes: Electron.MessageBoxOptions[] = [];
  /** The path that the user chooses for a file of this name; null: they cancel. */
  saveAs: (name: string) => string | null = () => null;
  /** The folder that the user chooses; null: they cancel. */
  folder: string | null = null;
  isOnline = true;
  readonly windows;
  readonly #options: StandInOptions;
  readonly #handlers = new Map<string, Handler>();
  #serve: ((request: Request) => Promise<Response> | Response) | null = null;
  #onRequest: ((details: { url: string }, callback: (decision: { cancel?: boolean }) => void) => void) | null = null;
  #permissionRequest: Parameters<Electron.Session["setPermissionRequestHandler"]>[0] = null;
  #permissionCheck: PermissionCheck | null = null;
  readonly #Window;

  constructor(options: StandInOptions) {
    this.#options = options;
    this.app.isPackaged = options.isPackaged ?? true;
    this.app.appData = options.appData;
    this.app.isSecond = options.isSecond ?? false;
    const parts: WindowParts = {
      invoke: (event, channel, args) => this.invoke(event, channel, ...args),
      serve: async (request) => (await this.#serve?.(request)) ?? new Response(null, { status: 404 }),
      cancels: (url) => this.cancels(url),
      preload: (path) => readFileSync(path, "utf8"),
      created: (contents) => this.app.emit("web-contents-created", {}, contents),
      allClosed: () => this.app.emit("window-all-closed"),
    };
    const context = appContext(options.browser, () => windows, parts);
    const { Window, windows } = windowClass(context, parts);
    this.#Window = Window;
    this.windows = windows;
    // The browser may be closed already, at the end of the test file.
    this.app.closeWindows = async () => void (await (await context).close().catch(() => {}));
  }

  /** Runs the main program. */
  start(): void {
    Object.assign(process, { resourcesPath: this.#options.resources ?? this.#options.dist });
    const path = join(this.#options.dist, "main.cjs");
    const own = createRequire(path);
    const program = compileFunction(
      readFileSync(path, "utf8"),
      ["require", "module", "exports", "__filename", "__dirname"],
      { filename: path },
    );
    const electron = this.#electron();
    const require = (name: string) => (name === "electron" ? electron : own(name));
    program(require, { exports: {} }, {}, path, dirname(path));
    this.app.becomeReady();
  }

  /** Resolves with the first window's page, once it is loaded. */
  async page(): Promise<Page> {
    return await until("a window is shown", () => {
      const [window] = this.windows;
      return window?.isShown && window.contents.page;
    });
  }

  /** Sends a message to the main process, from any sender. */
  async invoke(event: InvokeEvent, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return await handler(event as unknown as Electron.IpcMainInvokeEvent, ...args);
  }

  /** True if the session cancels requests to the address. */
  cancels(url: string): boolean {
    let cancel = false;
    this.#onRequest?.({ url }, (decision) => {
      cancel = decision.cancel ?? false;
    });
    return cancel;
  }

  /** @returns whether a page gets the permission that it requests, and the result of a check */
  grants(permission: string): { request: boolean; check: boolean } {
    let request = true;
    assert.ok(this.#permissionRequest && this.#permissionCheck, "there are no permission handlers");
    this.#permissionRequest(
      {} as Electron.WebContents,
      permission as never,
      (granted) => {
        request = granted;
      },
      {} as never,
    );
    return { request, check: this.#permissionCheck(null, permission) };
  }

  #electron() {
    const { app, powerMonitor } = this;
    const protocol = {
      registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]) {
        assert.ok(!app.isReady, "schemes are registered before the app is ready");
        assert.deepEqual(
          schemes.map(({ scheme, privileges }) => [scheme, privileges?.bypassCSP ?? false]),
          [["app", false]],
        );
      },
      handle: (scheme: string, handler: (request: GlobalRequest) => Promise<GlobalResponse> | GlobalResponse) => {
        assert.equal(scheme, "app");
        this.#serve = handler;
      },
    } satisfies Pick<Electron.Protocol, "registerSchemesAsPrivileged" | "handle">;
    const webRequest = {
      onBeforeRequest: (listener: never) => {
        this.#onRequest = listener;
      },
    };
    const defaultSession = {
      setPermissionRequestHandler: (handler) => {
        this.#permissionRequest = handler;
      },
      setPermissionCheckHandler: (handler) => {
        this.#permissionCheck = handler as PermissionCheck | null;
      },
      setDevicePermissionHandler() {},
      webRequest: strict("webRequest", webRequest) as unknown as Electron.WebRequest,
    } satisfies Partial<Electron.Session>;
    const dialog = {
      showSaveDialog: (async (_window: Electron.BaseWindow, { defaultPath }: Electron.SaveDialogOptions) => {
        const filePath = this.saveAs(defaultPath ?? "");
        return { canceled: filePath === null, filePath: filePath ?? "" };
      }) as Electron.Dialog["showSaveDialog"],
      showOpenDialog: (async (_window: Electron.BaseWindow, { properties }: Electron.OpenDialogOptions) => {
        assert.ok(properties?.includes("openDirectory"));
        return { canceled: this.folder === null, filePaths: this.folder === null ? [] : [this.folder] };
      }) as Electron.Dialog["showOpenDialog"],
      showMessageBox: (async (box: Electron.MessageBoxOptions) => {
        this.messageBoxes.push(box);
        const answer = this.#options.answerOf?.(box) ?? box.buttons?.[box.cancelId ?? 0] ?? "";
        const response = box.buttons?.indexOf(answer) ?? -1;
        assert.ok(response >= 0, `there is no button ${answer}`);
        return { response, checkboxChecked: false };
      }) as Electron.Dialog["showMessageBox"],
      showErrorBox: (title: string, content: string) => void this.errorBoxes.push({ title, content }),
    } satisfies Partial<Electron.Dialog>;
    return strict("electron", {
      app: strict("app", app),
      BrowserWindow: this.#Window,
      dialog: strict("dialog", dialog),
      ipcMain: strict("ipcMain", {
        handle: (channel: string, handler: Handler) => void this.#handlers.set(channel, handler),
      } satisfies Partial<Electron.IpcMain>),
      Menu: strict("Menu", { setApplicationMenu() {} } satisfies Partial<typeof Electron.Menu>),
      net: strict("net", {
        isOnline: () => this.isOnline,
        request: ((options: RequestOptions) => request(options)) as unknown as Electron.Net["request"],
      } satisfies Partial<Electron.Net>),
      powerMonitor: strict("powerMonitor", powerMonitor),
      protocol: strict("protocol", protocol),
      safeStorage: strict("safeStorage", safeStorageOf(this.#options, app)),
      session: strict("session", {
        defaultSession: strict("session", defaultSession),
        fromPartition: () => ({}) as Electron.Session,
      }),
      shell: strict("shell", {
        openExternal: async (url: string) => void this.openedUrls.push(url),
      } satisfies Partial<Electron.Shell>),
      utilityProcess: strict("utilityProcess", { fork: (path: string) => this.#fork(path) }),
    } satisfies Partial<Record<keyof typeof Electron, unknown>>);
  }

  #fork(path: string) {
    assert.ok(this.app.isReady, "a utility process before the app is ready");
    const shim = fileURLToPath(new URL("./utility-process.suite.ts", import.meta.url));
    const child = fork(path, [], { serialization: "advanced", execArgv: ["--import", shim] });
    const posted: ToWorker[] = [];
    const heard: FromWorker[] = [];
    this.workers.push({ child, posted, heard });
    const process = Object.assign(new StrictEmitter("message", "exit", "spawn", "error"), {
      postMessage(message: ToWorker) {
        posted.push(message);
        // As in Electron: a process that has just died receives nothing, and its exit is reported.
        if (child.connected) child.send(message, () => {});
      },
      kill: () => child.kill(),
    } satisfies Partial<Record<keyof Electron.UtilityProcess, unknown>>);
    child.on("message", (message) => {
      heard.push(message as FromWorker);
      process.emit("message", message);
    });
    child.once("exit", (code) => process.emit("exit", code));
    return strict("utilityProcess", process);
  }
}
