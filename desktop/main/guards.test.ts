import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { WebContents } from "electron";
import { guardContents, guardSession } from "./guards.ts";

test("guardContents() denies a window for a link, also if no program opens its address", async () => {
  const opened: string[] = [];
  let open: Parameters<WebContents["setWindowOpenHandler"]>[0] | undefined;
  const contents: Pick<WebContents, "on" | "setWindowOpenHandler"> = {
    on: () => contents as WebContents,
    setWindowOpenHandler: (handler) => {
      open = handler;
    },
  };
  guardContents(contents as WebContents, {
    openExternal: async (url) => {
      opened.push(url);
      throw new Error("no program opens it");
    },
  });
  for (const url of ["mailto:someone@company.example", "file:///etc/passwd"])
    assert.deepEqual(open?.({ url } as Electron.HandlerDetails), { action: "deny" });
  await setImmediate(); // an unhandled rejection would fail this test
  assert.deepEqual(opened, ["mailto:someone@company.example"]);
});

test("a frame shows only files that the page made: a PDF to print. The page itself never becomes one", () => {
  const handlers = new Map<string, (event: object) => void>();
  const contents = {
    on: (name: string, handler: (event: object) => void) => handlers.set(name, handler),
    setWindowOpenHandler: () => {},
  };
  guardContents(contents as unknown as WebContents, { openExternal: async () => {} });
  const isStopped = (url: string, isMainFrame: boolean) => {
    let stopped = false;
    handlers.get("will-frame-navigate")?.({ url, isMainFrame, preventDefault: () => (stopped = true) });
    return stopped;
  };
  const own = "blob:app://invoify/0f7a";
  assert.deepEqual([isStopped(own, false), isStopped(own, true)], [false, true]);
  for (const url of [
    "blob:https://evil.example/1",
    "blob:app://invoify.evil/1",
    "https://evil.example/",
    "file:///x.pdf",
  ])
    assert.ok(isStopped(url, false), url);
});

test("the session loads Chromium's PDF viewer, and no other extension", () => {
  let decide: ((details: { url: string }, callback: (decision: { cancel?: boolean }) => void) => void) | undefined;
  const session = {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    webRequest: {
      onBeforeRequest: (handler: typeof decide) => {
        decide = handler;
      },
    },
  };
  guardSession(session as unknown as Electron.Session);
  const isCancelled = (url: string) => {
    let cancelled: boolean | undefined;
    decide?.({ url }, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  };
  assert.equal(isCancelled("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html"), false);
  assert.equal(isCancelled("chrome-extension://evilevilevilevilevilevilevilevil/index.html"), true);
  assert.equal(isCancelled("https://evil.example/chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"), true);
});
