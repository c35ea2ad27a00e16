/** The app's window. */
import { BrowserWindow, Menu } from "electron";

/** @param options.devTools whether F12 opens the developer tools */
export function newWindow({ preload, devTools }: { preload: string; devTools: boolean }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: "Invoify",
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      devTools,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // The only plugin is Chromium's PDF viewer, which prints documents.
      plugins: true,
      // The spell checker would download dictionaries.
      spellcheck: false,
      // A file that is dropped on the window is not opened.
      navigateOnDragDrop: false,
    },
  });
  Menu.setApplicationMenu(null);
  window.once("ready-to-show", () => window.show());
  const { webContents } = window;
  webContents.on("before-input-event", (event, input) => {
    if (input.type !== "keyDown") return;
    const zoom = input.control && !input.alt ? ZOOM[input.key] : undefined;
    if (zoom !== undefined) webContents.setZoomLevel(zoom === 0 ? 0 : clamp(webContents.getZoomLevel() + zoom));
    else if (devTools && input.key === "F12") webContents.toggleDevTools();
    else return;
    event.preventDefault();
  });
  // A page can die, for example without memory. A reload is safe: the worker has the data. A page that dies soon again stays.
  let reloadedAtMs = Number.NEGATIVE_INFINITY;
  webContents.on("render-process-gone", (_, { reason }) => {
    if (reason === "clean-exit" || reason === "killed" || performance.now() - reloadedAtMs < RELOAD_MS) return;
    reloadedAtMs = performance.now();
    webContents.reload();
  });
  return window;
}

/** Between two reloads of a page that died, ms. */
const RELOAD_MS = 10_000;

/** The change of the zoom level for Control and a key: 1 is 20 %; 0 resets it. There is no menu to do this. */
const ZOOM: Readonly<Record<string, number>> = { "+": 0.5, "=": 0.5, "-": -0.5, "0": 0 };

/** Limits the zoom to between half and three times the size. */
function clamp(level: number): number {
  return Math.min(6, Math.max(-4, level));
}
