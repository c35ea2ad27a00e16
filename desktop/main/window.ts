/** The window. */
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
      spellcheck: true,
      // A print view is not a page that one goes to.
      navigateOnDragDrop: false,
    },
  });
  Menu.setApplicationMenu(null);
  window.once("ready-to-show", () => window.show());
  window.webContents.on("before-input-event", (event, input) => {
    if (!devTools || input.type !== "keyDown" || input.key !== "F12") return;
    event.preventDefault();
    window.webContents.toggleDevTools();
  });
  return window;
}
