/** Helpers for tests of the app's window, on the stand-in and on a real Electron. */
import type { Page } from "playwright-core";
import { OWNER } from "../../api/running-api.suite.ts";
import { until as untilTrue } from "../../fixtures/tests/until.ts";
import type { SyncStatus } from "../contract/contract.ts";
import type { ElectronBridge } from "../contract/electron-bridge.ts";

export async function logIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Waits for a status, as the page gets it. */
export async function until(page: Page, isExpected: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  let last = "";
  return await untilTrue(
    () => `another status than ${last}`,
    async () => {
      // There is no status while a worker starts.
      const status = await statusOf(page).catch((error: Error) => error);
      last = status instanceof Error ? status.message : JSON.stringify(status);
      return !(status instanceof Error) && isExpected(status) && status;
    },
  );
}

async function statusOf(page: Page): Promise<SyncStatus> {
  return await page.evaluate(() => (globalThis as unknown as Shell).electron.sync.getStatus());
}

/** Makes a call as the page's own code does. */
export async function ask(page: Page, name: string, argument: unknown = {}): Promise<PlainAnswer> {
  return await page.evaluate(
    ([name, argument]) => (globalThis as unknown as Shell).electron.call(name as never, argument as never) as never,
    [name, argument] as const,
  );
}

export interface Shell {
  electron: ElectronBridge;
}
type PlainAnswer = { ok: boolean; value?: unknown; failure?: { code: string; message: string; field?: string } };
