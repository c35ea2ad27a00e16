import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { WebContents } from "electron";
import { guardContents } from "./guards.ts";

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
