/** The worker: a process of its own, so that no query, fold or write to the disk ever holds up a window. */
import { mkdirSync } from "node:fs";
import { ARGUMENTS } from "../contract/arguments.ts";
import type { FromWorker, StartOptions, StoredKey, StoredTokens, ToWorker } from "../contract/channel.ts";
import { answer } from "./calls/calls.ts";
import { FolderEncryption, NO_ENCRYPTION } from "./files/file-encryption.ts";
import { Desktop } from "./sync/desktop.ts";

/** What Electron gives to a utility process. */
interface ParentPort {
  on(event: "message", listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const { parentPort } = process as { parentPort?: ParentPort };
let desktop: Desktop | null = null;
/** The latest, for a desktop that is opened again. */
let tokens: StoredTokens | null = null;
/** Calls wait for it: from the start on, and while the files are closed. */
let opening: Promise<void> = Promise.resolve();
let keeps = 0;
const keeping = new Map<number, { resolve(): void; reject(error: Error): void }>();

if (parentPort) parentPort.on("message", ({ data }) => void take(data as ToWorker));
else {
  process.on("message", (message) => void take(message as ToWorker));
  process.on("disconnect", () => void close()); // the shell is gone
}
process.on("uncaughtException", (error) => {
  note(error);
  // Nobody knows in which state it is: the shell starts another one, and what is on the disk is whole.
  process.exit(1);
});
process.on("unhandledRejection", (error) => {
  throw error;
});

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "start":
      return await start(message.options);
    case "call":
      return await call(message);
    case "kept": {
      const waiting = keeping.get(message.id);
      keeping.delete(message.id);
      if (message.failure === null) waiting?.resolve();
      else waiting?.reject(new Error(message.failure));
      return;
    }
    case "network":
      return desktop?.setNetwork(message.online);
    case "wake":
      return desktop?.wake();
    case "close":
      return await close();
  }
}

async function start(options: StartOptions): Promise<void> {
  opening = openFiles(options);
  try {
    await opening;
    send({ kind: "started", calls: Object.keys(ARGUMENTS) });
  } catch (error) {
    note(error);
    send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

async function openFiles(options: StartOptions): Promise<void> {
  const { folder, fileKey } = options;
  tokens = options.tokens;
  mkdirSync(folder, { recursive: true });
  const encryption =
    fileKey === undefined ? NO_ENCRYPTION : new FolderEncryption({ folder, kept: fileKey, keep: keepKey, whileClosed });
  if (encryption instanceof FolderEncryption) await encryption.convert();
  const parts = { ...(await systemFetch()), encryption };
  const open = async () => {
    desktop = new Desktop({
      ...parts,
      folder,
      server: options.server,
      tokens,
      appVersion: options.appVersion,
      keep,
      onStatus: (status) => send({ kind: "status", status }),
    });
    await desktop.start();
  };
  async function whileClosed(work: () => Promise<void>): Promise<void> {
    const reopen = async () => {
      await desktop?.close();
      await work().finally(open);
    };
    opening = opening.then(reopen, reopen);
    await opening;
  }
  await open();
}

async function call({ id, name, argument }: ToWorker & { kind: "call" }): Promise<void> {
  await opening.catch(() => {});
  if (desktop) return send({ kind: "answer", id, answer: await answer(desktop, name, argument, note) });
  const failure = { code: "NOT_STARTED", message: "the program is still starting" };
  send({ kind: "answer", id, answer: { ok: false, failure } });
}

async function close(): Promise<void> {
  await desktop?.close();
  send({ kind: "closed" });
  process.exit(0);
}

async function keep(kept: StoredTokens | null): Promise<void> {
  tokens = kept;
  await askToKeep((id) => ({ kind: "keep", id, tokens: kept }));
}

async function keepKey(fileKey: StoredKey | null): Promise<void> {
  await askToKeep((id) => ({ kind: "keepKey", id, fileKey }));
}

/** Resolves when the shell has kept what it is told to. */
async function askToKeep(message: (id: number) => FromWorker): Promise<void> {
  const id = ++keeps;
  await new Promise<void>((resolve, reject) => {
    keeping.set(id, { resolve, reject });
    send(message(id));
  });
}

/** In Electron, the requests that know the system's proxy and the company's own certificate authority. */
async function systemFetch(): Promise<{ fetch?: typeof fetch }> {
  if (!parentPort) return {};
  const { net } = await import("electron");
  return { fetch: ((input: URL | string, init?: RequestInit) => net.fetch(String(input), init)) as typeof fetch };
}

function send(message: FromWorker): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
}

/** Names of errors and places in the code: messages may hold names and amounts. */
function note(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error(typeof error);
  const places = stack.split("\n").filter((line) => /^\s+at /.test(line));
  send({ kind: "note", text: [name, ...places.slice(0, 10)].join("\n") });
}
