/** `invoify-api backup` and `invoify-api restore`. */
import { existsSync } from "node:fs";
import { defineCommand, JSON_OUTPUT } from "../../projector/command-line/command.ts";
import { interruptionOf, UsageError } from "../../projector/command-line/failure.ts";
import { release } from "../../projector/command-line/program.ts";
import { makeFolderOf } from "../../projector/command-line/target-folder.ts";
import type { Terminal } from "../../projector/command-line/terminal.ts";
import { KEY, keysOf } from "../../projector/command-line/trust-options.ts";
import { bytesText, countOf, durationText } from "../../projector/text/figures.ts";
import { foldersOf, readStoreConfig } from "../config/config.ts";
import { openSigning } from "../proofs/open-server-key.ts";
import { openStorage } from "../storage/open-storage.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import { checkSigners } from "./check-signers.ts";
import { NoSigningKey, restoreBackup, StoreNotEmpty } from "./restore.ts";

export const backup = defineCommand({
  program: "invoify-api",
  name: "backup",
  about: `Writes all logs and accounts of the store that MONGODB_URL or INVOIFY_DATA names.
The server may keep running. The backup contains every write that was
acknowledged before it began. The file appears when it is complete, checked and
on the disk; an existing file is never overwritten. It contains the companies'
data and hashes of passwords, so only its owner may read it. It does not contain
INVOIFY_JWT_SECRET or the key that signs checkpoints. With that key in the
environment or in its file, everything is signed first, and the backup has a
signed checkpoint of each log.`,
  positionals: ["FILE"],
  options: { json: JSON_OUTPUT },
  async run({ values: { json }, positionals: [file = ""] }, terminal) {
    const store = readStoreConfig(terminal.env);
    if (existsSync(file)) throw new UsageError(`${file}: already exists and was not changed`);
    if (store.mongoUrl === null && !existsSync(foldersOf(store).logs))
      throw new UsageError(
        `${store.dataFolder}: contains no log to back up; INVOIFY_DATA or MONGODB_URL names the store`,
      );
    makeFolderOf(file);
    const signal = terminal.stopSignal();
    const progress = terminal.progress("backing up");
    const startedMs = performance.now();
    const storage = await openStorage(store, { onNote: terminal.note });
    const signing = await openSigning(store, { clock: Date.now, create: false });
    try {
      const onProgress = (done: number, total: number) => progress.update(done, total);
      const { note: onNote } = terminal;
      const backup = await makeBackup(storage, file, { release: release(), signal, onProgress, signing, onNote });
      progress.end();
      const durationMs = Math.round(performance.now() - startedMs);
      const { logs, events, accounts, files, bytes } = backup;
      terminal.out(
        json
          ? JSON.stringify({ file, store: storage.name, ...backup, durationMs })
          : `${file}: ${holding({ logs, events, accounts, files })}, ${bytesText(bytes)} (${durationText(durationMs)})`,
      );
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, `there is no ${file}`) : error;
    } finally {
      progress.end();
      signing?.close();
      await storage.close();
    }
    return 0;
  },
});

export const restore = defineCommand({
  program: "invoify-api",
  name: "restore",
  about: `Checks the whole file first, and refuses one that is truncated, altered, or made
by a later release. Then writes it to the store that MONGODB_URL or INVOIFY_DATA
names. The store must be empty, and may be of the other kind. If the restore is
interrupted, nothing is served from the store, and the same command continues.

Passwords are those of the backup. It has no sessions and no one-time links, so
all users log in again, and users without a password need a new invitation. A
desktop with later events than the backup reports that, and keeps them.

A log of which anything was signed continues in its next generation, which begins
with a signed note of what was signed before and what was restored. So it needs
the signing key.

Each log is compared with the signed checkpoint in the file. With --key its
signature is checked too: then nothing is restored that another key has signed, or
none.`,
  positionals: ["FILE"],
  options: {
    check: { type: "boolean", help: "only read and check the file; needs no store" },
    key: KEY,
    json: JSON_OUTPUT,
  },
  async run({ values: { check, json, key }, positionals: [file = ""] }, terminal) {
    const keys = keysOf(key);
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
      if (keys) await checkSigners(opened, keys);
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
      throw signal.aborted ? interruptionOf(signal, "run the same restore again to continue") : error;
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
  const storage = await openStorage(store, { restoring: true, onNote: terminal.note });
  const signing = await openSigning(store, { clock: Date.now });
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total);
    return { store: storage.name, ...(await restoreBackup(file, storage, { signal, onProgress, signing })) };
  } catch (error) {
    throw error instanceof StoreNotEmpty || error instanceof NoSigningKey ? new UsageError(error.message) : error;
  } finally {
    progress.end();
    signing?.close();
    await storage.close();
  }
}

interface Holding {
  logs: number;
  events: number;
  accounts?: number;
  files?: number;
}

function holding({ logs, events, accounts, files = 0 }: Holding): string {
  const counts = [countOf(logs, "log"), countOf(events, "event")];
  if (files > 0) counts.push(countOf(files, "file"));
  if (accounts !== undefined) counts.push(countOf(accounts, "account"));
  return counts.join(", ");
}
