/** What tests do with the app's window, whichever Electron shows it. */
import type { Page } from "playwright-core";
import { OWNER } from "../../api/running-api.suite.ts";
import { until as untilSeen } from "../../fixtures/tests/until.ts";
import type { ElectronBridge, SyncStatus } from "../contract/contract.ts";

export async function logIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Waits until the status, as the page gets it, is as wanted. */
export async function until(page: Page, wanted: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  let last = "";
  return await untilSeen(
    () => `another status than ${last}`,
    async () => {
      // While a worker starts, there is none.
      const status = await statusOf(page).catch((error: Error) => error);
      last = status instanceof Error ? status.message : JSON.stringify(status);
      return !(status instanceof Error) && wanted(status) && status;
    },
  );
}

export async function statusOf(page: Page): Promise<SyncStatus> {
  return await page.evaluate(() => (globalThis as unknown as Shell).electron.sync.getStatus());
}

/** Calls as the page's own code does. */
export async function ask(page: Page, name: string, argument: unknown = {}): Promise<Answered> {
  return await page.evaluate(
    ([call, given]) => (globalThis as unknown as Shell).electron.call(call as never, given as never) as never,
    [name, argument] as const,
  );
}

export interface Shell {
  electron: ElectronBridge;
}
type Answered = { ok: boolean; value?: unknown; failure?: { code: string; message: string; field?: string } };
