/** Screens of a company with a history of eighteen months, many clients and several currencies, for tests of texts. */
import { join } from "node:path";
import { after } from "node:test";
import type Database from "better-sqlite3";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { startDemoServer } from "../../fixtures/demo/demo-api.ts";
import { writeDemoHistory } from "../../fixtures/demo/demo-history.ts";
import { openCacheForReading } from "../../projector/cache/cache.ts";
import { openScreensOf, type Screens } from "./browser.suite.ts";

interface DemoScreens extends Screens {
  /** The viewer's cache, for a test's own SQL. */
  db: Database.Database;
  /** Stops the server: the viewer is offline from then on. */
  stopServer(): Promise<void>;
}

/** @returns null if there is no Chromium */
export async function openDemoScreens({ invoices }: { invoices: number }): Promise<DemoScreens | null> {
  const server = await startDemoServer({ dataFolder: join(temporaryFolder(), "server"), port: 0 });
  after(() => server.stop());
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const { owner } = await writeDemoHistory(server, { seed: 2009, invoices, from: day(540), until: day(1) });
  const log = await server.openLog();
  const head = log.headNow();
  log.closeNow();
  const screens = await openScreensOf({ server: server.address, login: owner, head });
  if (!screens) return null;
  const db = openCacheForReading(join(screens.folder, "invoify.sqlite"));
  after(() => db.close());
  return { ...screens, db, stopServer: () => server.stop() };
}
