/** Syncs now. The result is in the status. */
import { bridge } from "../state/bridge.ts";

export async function syncNow(): Promise<void> {
  await bridge.sync.pullFromServer().catch(() => {});
}
