/** `invoify-api backup` and `invoify-api restore`. */
import { existsSync } from "node:fs";
import { defineCommand, JSON_OUTPUT } from "../../projector/command-line/command.ts";
import { interruptionOf, UsageError } from "../../projector/command-line/failure.ts";
import { release } from "../../projector/command-line/program.ts";
import type { Terminal } from "../../projector/command-line/terminal.ts";
import { bytesText, countOf, durationText } from "../../projector/text/figures.ts";
import { foldersOf, readStoreConfig } from "../config/config.ts";
import { openStorage } from "../storage/open-storage.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import { restoreBackup, StoreNotEmpty } from "./restore.ts";

export const backup = defineCommand({
  program: "invoify-api",
  name: "backup",
  about: `Writes all organizations of the store that MONGODB_URL or INVOIFY_DATA names (as
for serve): their logs, and who may log in. It may run while the store is served
and written; what was acknowledged before it began is in it. The file is there
when it is whole, was read again and is on the disk; one that is there is never
overwritten. It holds everything that the companies keep, and hashes of
passwords: only its owner may read it. It does not hold INVOIFY_JWT_SECRET.`,
  positionals: ["FILE"],
  options: { json: JSON_OUTPUT },
  async run({ values: { json }, positionals: [file = ""] }, terminal) {
    const store = readStoreConfig(terminal.env);
    if (existsSync(file)) throw new UsageError(`${file}: exists already; it stays as it is`);
    if (store.mongoUrl === null && !existsSync(foldersOf(store).logs))
      throw new UsageError(`${store.dataFolder}: holds no log to back up; INVOIFY_DATA or MONGODB_URL names the store`);
    const signal = terminal.stopSignal();
    const progress = terminal.progress("backing up");
    const startedMs = performance.now();
    const storage = await openStorage(store);
    try {
      const onProgress = (done: number, total: number) => progress.update(done, total);
      const made = await makeBackup(storage, file, { release: release(), signal, onProgress });
      progress.end();
      const durationMs = Math.round(performance.now() - startedMs);
      const { logs, events, accounts, bytes } = made;
      terminal.out(
        json
          ? JSON.stringify({ file, store: storage.name, ...made, durationMs })
          : `${file}: ${holding({ logs, events, accounts })}, ${bytesText(bytes)} (${durationText(durationMs)})`,
      );
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, `there is no ${file}`) : error;
    } finally {
      progress.end();
      await storage.close();
    }
    return 0;
  },
});

export const restore = defineCommand({
  program: "invoify-api",
  name: "restore",
  about: `Reads the whole file first: one that was cut or changed, or that a later release
made, is refused before anything is written. Then writes it to the store that
MONGODB_URL or INVOIFY_DATA names, which must hold nothing; it may be of the
other kind than the one that was backed up. If it is broken off, nothing is
served from the half store, and the same command again goes on.

Passwords are those of the backup. Sessions and open invitations are not in it:
everybody logs in again, and who had not chosen a password yet is invited again.
A desktop that has seen later events than the backup's says so, and keeps them.`,
  positionals: ["FILE"],
  options: {
    check: { type: "boolean", help: "only read and check the file; needs no store" },
    json: JSON_OUTPUT,
  },
  async run({ values: { check, json }, positionals: [file = ""] }, terminal) {
    const store = check ? null : readStoreConfig(terminal.env);
    const signal = terminal.stopSignal();
    const startedMs = performance.now();
    const say = (what: object, text: string) => {
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(json ? JSON.stringify({ file, ...what, durationMs }) : `${text} (${durationText(durationMs)})`);
    };
    const checking = terminal.progress("checking", "bytes");
    try {
      const opened = await BackupFile.open(file, { signal, onProgress: (done, all) => checking.update(done, all) });
      checking.end();
      const { beganAt, logs } = opened.manifest;
      const events = logs.reduce((sum, one) => sum + one.events, 0);
      if (store === null) {
        say(
          { beganAt, logs: logs.length, events },
          `${file}: whole: ${holding({ logs: logs.length, events })}, of ${beganAt}`,
        );
        return 0;
      }
      const restored = await restoreTo(store, opened, terminal, signal);
      say({ beganAt, ...restored }, `${restored.store}: ${holding(restored)}, of ${beganAt}; everybody logs in again`);
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "the same restore again goes on from here") : error;
    } finally {
      checking.end();
    }
  },
});

async function restoreTo(
  store: ReturnType<typeof readStoreConfig>,
  file: BackupFile,
  terminal: Terminal,
  signal: AbortSignal,
) {
  const progress = terminal.progress("restoring");
  const storage = await openStorage(store, { restoring: true });
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total);
    return { store: storage.name, ...(await restoreBackup(file, storage, { signal, onProgress })) };
  } catch (error) {
    throw error instanceof StoreNotEmpty ? new UsageError(error.message) : error;
  } finally {
    progress.end();
    await storage.close();
  }
}

function holding({ logs, events, accounts }: { logs: number; events: number; accounts?: number }): string {
  const counts = [countOf(logs, "log"), countOf(events, "event")];
  if (accounts !== undefined) counts.push(countOf(accounts, "account"));
  return counts.join(", ");
}
