/** Guards of pages: they cannot leave the app, open windows, get permissions, or load files that are not ours. */
import type { Session, WebContents } from "electron";

/** The scheme that the app's pages come from. */
export const SCHEME = "app";
export const APP_ORIGIN = `${SCHEME}://invoify`;

/** True for the app's own pages. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === `${SCHEME}:` && host === "invoify";
}

/** True for a file that one of the app's own pages made: a PDF to print, in a frame. */
function isOwnBlob(url: string): boolean {
  return url.startsWith(`blob:${APP_ORIGIN}/`);
}

/** Chromium's own PDF viewer: an extension that is part of it, and the parts of its own pages. */
const PDF_VIEWER = /^(?:chrome-extension:\/\/mhjfbmdgcfjbbpaeojofohoefgiehjai|chrome:\/\/resources)\//;

/** Call for every page of every window. */
export function guardContents(
  contents: WebContents,
  { openExternal }: { openExternal: (url: string) => Promise<unknown> },
): void {
  contents.on("will-navigate", (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  contents.on("will-frame-navigate", (event) => {
    if (!isOurs(event.url) && (event.isMainFrame || !isOwnBlob(event.url))) event.preventDefault();
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Mail and web addresses open in their own programs, never in the app.
    if (/^(?:https|mailto):/.test(url)) void openExternal(url).catch(() => {}); // there may be no program for it
    return { action: "deny" };
  });
}

/** Grants no permission but copying, and loads nothing but our own files. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, grant) => grant(permission === "clipboard-sanitized-write"));
  session.setPermissionCheckHandler((_, permission) => permission === "clipboard-sanitized-write");
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, callback) => {
    const isTool = details.url.startsWith("devtools:");
    const isPart = PDF_VIEWER.test(details.url) || /^(?:blob|data):/.test(details.url);
    callback({ cancel: !(isOurs(details.url) || isTool || isPart) });
  });
}
