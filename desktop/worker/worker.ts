/** The worker: a process of its own, so that no query, fold or write to the disk ever blocks a window. */
import { createPrivately, openPrivateFolder } from "../../events/private-files.ts";
import { ARGUMENTS } from "../contract/arguments.ts";
import type { FromWorker, StartOptions, StoredKey, StoredTokens, ToWorker } from "../contract/channel.ts";
import { answer } from "./calls/calls.ts";
import { FolderEncryption, NO_ENCRYPTION } from "./files/file-encryption.ts";
import { OUR_FILES } from "./files/file-names.ts";
import { Desktop } from "./sync/desktop.ts";

/** Electron's channel in a utility process. */
interface ParentPort {
  on(event: "message", listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const { parentPort } = process as { parentPort?: ParentPort };
let desktop: Desktop | null = null;
/** The latest tokens, for a desktop that is opened again. */
let tokens: StoredTokens | null = null;
/** Calls wait for this: until the first start, and while the files are closed. */
let opening: Promise<void> = Promise.resolve();
let storeCount = 0;
const storing = new Map<number, { resolve(): void; reject(error: Error): void }>();

if (parentPort) parentPort.on("message", ({ data }) => void receive(data as ToWorker));
else {
  process.on("message", (message) => void receive(message as ToWorker));
  process.on("disconnect", () => void close()); // the shell is gone
}
process.on("uncaughtException", (error) => {
  note(error);
  // The state of this process is unknown. The shell starts another worker, and the files on the disk are consistent.
  process.exit(1);
});
process.on("unhandledRejection", (error) => {
  throw error;
});

async function receive(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "start":
      return await start(message.options);
    case "call":
      return await call(message);
    case "storeReply": {
      const waiting = storing.get(message.id);
      storing.delete(message.id);
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
    const { code, path } = error as NodeJS.ErrnoException;
    const isSystem = typeof code === "string" && path !== undefined;
    if (!isSystem) note(error); // the system's errors say all in their message
    const message = error instanceof Error ? error.message : String(error);
    send({ kind: "failed", message, ...(isSystem && { code, path }) });
  }
}

async function openFiles(options: StartOptions): Promise<void> {
  const { folder, fileKey } = options;
  tokens = options.tokens;
  createPrivately();
  const remark = openPrivateFolder(folder, { ours: OUR_FILES });
  if (remark !== null) send({ kind: "note", text: remark });
  const encryption =
    fileKey === undefined ? NO_ENCRYPTION : new FolderEncryption({ folder, storedKey: fileKey, storeKey, whileClosed });
  if (encryption instanceof FolderEncryption) await encryption.convert();
  const parts = { ...(await systemFetch()), encryption };
  const open = async () => {
    desktop = new Desktop({
      ...parts,
      folder,
      server: options.server,
      tokens,
      appVersion: options.appVersion,
      storeTokens,
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

async function storeTokens(next: StoredTokens | null): Promise<void> {
  tokens = next;
  await askShell((id) => ({ kind: "storeTokens", id, tokens: next }));
}

async function storeKey(fileKey: StoredKey | null): Promise<void> {
  await askShell((id) => ({ kind: "storeKey", id, fileKey }));
}

/** Resolves once the shell has stored the tokens or the key. */
async function askShell(message: (id: number) => FromWorker): Promise<void> {
  const id = ++storeCount;
  await new Promise<void>((resolve, reject) => {
    storing.set(id, { resolve, reject });
    send(message(id));
  });
}

/** Electron's `fetch`, if there is one: it uses the system's proxy and certificate authorities. */
async function systemFetch(): Promise<{ fetch?: typeof fetch }> {
  if (!parentPort) return {};
  const { net } = await import("electron");
  return { fetch: ((input: URL | string, init?: RequestInit) => net.fetch(String(input), init)) as typeof fetch };
}

function send(message: FromWorker): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
}

/** Sends the name of an error and its stack to the log, without the message: messages may contain names and amounts. */
function note(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error(typeof error);
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  send({ kind: "note", text: [name, ...frames.slice(0, 10)].join("\n") });
}
