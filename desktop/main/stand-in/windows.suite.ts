/** Windows of the stand-in: pages in a real Chromium, with an https address instead of the app's own scheme. */
import assert from "node:assert/strict";
import type * as Electron from "electron";
import type { Browser, BrowserContext, Frame, Page, Request as PageRequest } from "playwright-core";
import { PATIENCE_MS } from "../../../fixtures/tests/until.ts";
import { StrictEmitter, strict } from "./strict.suite.ts";

const APP = "app://invoify";
/** Chromium does not load an unknown scheme. */
const STAND_IN = "https://invoify.stand-in";

/** Converts an address in Chromium to the one that the app knows. */
function toApp(url: string): string {
  return url.startsWith(`${STAND_IN}/`) ? APP + url.slice(STAND_IN.length) : url;
}

export type InvokeEvent = { sender: unknown; senderFrame: { url: string; parent: object | null } | null };
type Message = { channel: string; args: unknown[] };

/** The functions of the stand-in that a window needs. */
export interface WindowParts {
  invoke(event: InvokeEvent, channel: string, args: unknown[]): Promise<unknown>;
  /** The app's own files. */
  serve(request: Request): Promise<Response>;
  /** True if the session cancels a request. */
  cancels(url: string): boolean;
  preload(path: string): string;
  created(contents: Contents): void;
  allClosed(): void;
}

type ContentsParts =
  | "send"
  | "printToPDF"
  | "toggleDevTools"
  | "reload"
  | "getZoomLevel"
  | "setZoomLevel"
  | "setWindowOpenHandler";

/** The page of a window. */
class Contents extends StrictEmitter implements Record<ContentsParts, unknown> {
  page: Page | null = null;
  readonly sent: Message[] = [];
  /** The problems of the page: uncaught errors, and refused requests. */
  readonly problems: string[] = [];
  devToolsOpen = false;
  reloads = 0;
  #zoom = 0;
  readonly #devTools: boolean;
  openHandler: Parameters<Electron.WebContents["setWindowOpenHandler"]>[0] = () => ({ action: "allow" });

  constructor(devTools: boolean) {
    super(
      ...["will-navigate", "will-redirect", "will-frame-navigate", "will-attach-webview"],
      ...["before-input-event", "render-process-gone"],
    );
    this.#devTools = devTools;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
    // A page that is closing receives nothing.
    void this.page?.evaluate(DELIVER, { channel, args }).catch(() => {});
  }

  async printToPDF(options: Electron.PrintToPDFOptions): Promise<Buffer> {
    assert.ok(this.page);
    return await this.page.pdf({
      printBackground: options.printBackground ?? false,
      format: options.pageSize === "Letter" ? "Letter" : "A4",
    });
  }

  toggleDevTools(): void {
    if (this.#devTools) this.devToolsOpen = !this.devToolsOpen;
  }

  reload(): void {
    this.reloads++;
    this.page?.reload().catch(() => {}); // the test may end first
  }

  getZoomLevel(): number {
    return this.#zoom;
  }

  setZoomLevel(level: number): void {
    this.#zoom = level;
  }

  setWindowOpenHandler(handler: typeof this.openHandler): void {
    this.openHandler = handler;
  }
}

/** The class `BrowserWindow`, of one app that runs in one context of the browser. */
export function windowClass(context: Promise<BrowserContext>, parts: WindowParts) {
  const all = new Set<Window>();

  class Window extends StrictEmitter {
    static fromWebContents(contents: Electron.WebContents): Window | null {
      return [...all].find(({ webContents }) => webContents === contents) ?? null;
    }

    readonly webContents: Electron.WebContents;
    readonly contents: Contents;
    readonly #preload: string;
    isShown = false;
    isMini = false;
    focused = 0;

    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super("closed", "ready-to-show");
      const { nodeIntegration, contextIsolation, sandbox, webSecurity, preload, devTools, webviewTag } =
        options.webPreferences ?? {};
      assert.ok(!nodeIntegration && !webviewTag, "a page with Node in it");
      assert.ok(
        contextIsolation !== false && sandbox !== false && webSecurity !== false,
        "a page that is not sandboxed",
      );
      assert.ok(preload, "a window without its preload");
      this.#preload = preload;
      this.contents = new Contents(devTools ?? true);
      this.webContents = strict("webContents", this.contents) as unknown as Electron.WebContents;
      all.add(this);
      parts.created(this.contents);
    }

    async loadURL(url: string): Promise<void> {
      assert.ok(url.startsWith(`${APP}/`), url);
      const page = await (await context).newPage();
      this.contents.page = page;
      page.on("close", () => this.#closed());
      page.on("pageerror", ({ message }) => this.contents.problems.push(message));
      page.on("console", (line) => line.type() === "error" && this.contents.problems.push(line.text()));
      await page.exposeBinding("standInInvoke", ({ frame }, channel: string, args: unknown[]) => {
        const senderFrame = { url: toApp(frame.url()), parent: frame.parentFrame() };
        return parts.invoke({ sender: this.webContents, senderFrame }, channel, args);
      });
      await page.addInitScript(preloadScript(parts.preload(this.#preload)));
      await page.goto(STAND_IN + url.slice(APP.length));
      this.emit("ready-to-show");
    }

    show(): void {
      this.isShown = true;
    }

    isMinimized(): boolean {
      return this.isMini;
    }

    restore(): void {
      this.isMini = false;
    }

    focus(): void {
      this.focused++;
    }

    #closed(): void {
      if (!all.delete(this)) return;
      this.emit("closed");
      if (all.size === 0) parts.allClosed();
    }
  }
  // Makes the compiler check the class against Electron's own type.
  const shape: (
    window: Window,
  ) => Pick<Electron.BrowserWindow, "loadURL" | "show" | "isMinimized" | "restore" | "focus" | "webContents"> = (
    window,
  ) => window;
  return { Window, windows: all as ReadonlySet<Window>, shape };
}

type StandInWindow = InstanceType<ReturnType<typeof windowClass>["Window"]>;

/** A browser context for one app: the app serves its files, and all other requests are refused as the app refuses them. */
export async function appContext(browser: Browser, windows: () => Iterable<StandInWindow>, parts: WindowParts) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route("**/*", async (route, request) => {
    const url = toApp(request.url());
    const frame = frameOf(request);
    const window = [...windows()].find(({ contents }) => contents.page === frame?.page());
    if (!window || !frame) {
      const opener = [...windows()][0];
      const action = opener?.contents.openHandler({ url } as Electron.HandlerDetails).action;
      assert.equal(action, "deny", `a window for ${url} was not denied`);
      await route.abort();
      return void frame?.page().close();
    }
    if (request.isNavigationRequest() && window.contents.page?.url() !== "about:blank") {
      const main = frame.parentFrame() === null;
      const frameEvent = window.contents.offer("will-frame-navigate", { url, isMainFrame: main });
      if (frameEvent || (main && window.contents.offer("will-navigate", { url }))) return route.abort("aborted");
    }
    if (parts.cancels(url)) return route.abort("blockedbyclient");
    const response = await parts.serve(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  return context;
}

/** @returns null if the frame has no page yet */
function frameOf(request: PageRequest): Frame | null {
  try {
    return request.frame();
  } catch {
    return null;
  }
}

const DELIVER = ({ channel, args }: Message) => {
  const { standIn } = globalThis as unknown as { standIn?: { deliver(channel: string, args: unknown[]): void } };
  standIn?.deliver(channel, args);
};

/** Runs the preload like a sandboxed one: in the main frame, before the page, with a `require` for parts of Electron only. */
function preloadScript(preload: string): string {
  return `(() => {
    if (window.top !== window) return;
    const invoke = window.standInInvoke;
    delete window.standInInvoke;
    const listeners = new Map();
    window.standIn = { deliver: (channel, args) => listeners.get(channel)?.forEach((listener) => listener({}, ...args)) };
    const known = (name, parts) => new Proxy(parts, { get(_, key) {
      if (key in parts) return parts[key];
      throw new Error("the stand-in for Electron does not know " + name + "." + String(key));
    } });
    const frozen = (value) => {
      if (value !== null && typeof value === "object") Object.values(value).forEach(frozen);
      return Object.freeze(value);
    };
    const electron = known("electron", {
      contextBridge: known("contextBridge", {
        exposeInMainWorld: (name, api) =>
          Object.defineProperty(window, name, { value: frozen(api), enumerable: true }),
      }),
      ipcRenderer: known("ipcRenderer", {
        invoke: (channel, ...args) => invoke(channel, args),
        on(channel, listener) { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
        off(channel, listener) { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); },
      }),
    });
    const require = (name) => {
      if (name === "electron") return electron;
      throw new Error("a sandboxed preload cannot require " + name);
    };
    (function (require, module, exports) {${preload}
    })(require, { exports: {} }, {});
  })();`;
}
