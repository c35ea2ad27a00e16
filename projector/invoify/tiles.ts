/** `invoify tiles`: writes the tree of a log as files, for tools that cannot log in. */
import { readFileSync } from "node:fs";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { parseKeyFile, serverKeyOf, signersOf, signingPairs } from "../../events/proofs/server-key.ts";
import { readSignedCheckpoint, signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { formatTreeHead, originOf, parseOrigin, type TreeHead } from "../../events/proofs/tree-head.ts";
import { fingerprintOf } from "../../events/proofs/verifier-key.ts";
import { defineCommand, FROM, JSON_OUTPUT } from "../command-line/command.ts";
import { interruptionOf, UsageError } from "../command-line/failure.ts";
import { kindOfFile, openSource } from "../command-line/logs-and-caches.ts";
import { ownCheckpoint, serverKeys } from "../command-line/server-proofs.ts";
import { makeFolder } from "../command-line/target-folder.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { checkpointsIn } from "../command-line/trust-options.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf } from "../text/figures.ts";
import { shownOf } from "../verify/named-keys.ts";
import { TilesFolder } from "../verify/tiles-folder.ts";
import { type TilesResult, type WriteTilesOptions, writeTiles } from "../verify/write-tiles.ts";

export const tiles = defineCommand({
  name: "tiles",
  about: `Writes the tree of a log into a folder, in the form of C2SP tlog-tiles: tiles of
hashes, entries, and a checkpoint. Tools for transparency logs read such a folder.
It has hashes only, and none of the company's data. Running the command again adds
what is new; a folder of another log, or one that contradicts the log, is refused
and stays as it is.

The checkpoint is signed with the server's key file (--key), or it is one that was
signed before (--checkpoint); then the tiles are those of its size. Without both
it is a server's newest, or the one in a .events file, or written unsigned.`,
  positionals: ["LOG"],
  options: {
    to: { ...FROM, value: "FOLDER", help: "the folder to write" },
    key: { type: "string", value: "FILE", help: "the server's key file, with its private keys" },
    checkpoint: { type: "string", value: "FILE", help: "a signed checkpoint that you kept" },
    generation: { type: "string", value: "N", help: "the log's generation; default: the folder's, or 1" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: [location = ""] }, terminal) {
    const { to, key, checkpoint } = values;
    if (key !== undefined && checkpoint !== undefined) throw new UsageError("give --key or --checkpoint, not both");
    const signal = terminal.stopSignal();
    const log = await openSource(location, terminal);
    const progress = terminal.progress("hashing");
    try {
      const id = await log.id();
      if (id === null) throw new UsageError(`${log.name}: has no events`);
      const kind = kindOfFile(to);
      const folder = await TilesFolder.open(to);
      const plan = await planOf(log, { id, location, folder, values, terminal });
      if (kind !== "folder") makeFolder(to);
      const result = await writeTiles(abortableLog(log, signal), folder, {
        ...plan,
        log: id,
        signal,
        onProgress: (seq) => progress.update(seq, plan.upTo),
      });
      progress.end();
      const served = await serverKeys(location, id, terminal);
      const serverKey = served && shownOf(served.keys);
      terminal.out(values.json ? asJson(to, result, plan, serverKey) : asText(to, result, plan, serverKey));
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "run the same command again to resume") : error;
    } finally {
      progress.end();
      await log.close();
    }
  },
});

type Plan = Pick<WriteTilesOptions, "signed" | "origin" | "upTo" | "checkpoint"> & {
  /** Who signs, for people. */
  by: string;
  isSigned: boolean;
};

interface Request {
  id: LogId;
  location: string;
  folder: TilesFolder;
  values: { key?: string | undefined; checkpoint?: string | undefined; generation?: string | undefined };
  terminal: Terminal;
}

/** Where the checkpoint comes from, and so the size of the tree. */
async function planOf(log: EventLog, { id, location, folder, values, terminal }: Request): Promise<Plan> {
  const { key, checkpoint, generation } = values;
  if (checkpoint !== undefined) return keptPlan(checkpoint, id);
  const origin = originOf({ log: id, generation: generationOf(generation, folder) });
  if (key !== undefined) return { ...keyPlan(key), origin, signed: null, upTo: await log.head() };
  const own = await ownCheckpoint(log, location, terminal);
  if (own) return signedPlan(own.note, own.name);
  const upTo = await log.head();
  if (folder.isSigned)
    throw new UsageError(
      `${folder.path}: its checkpoint is signed, and one without a signature would replace it; give --key or --checkpoint`,
    );
  return { origin, signed: null, upTo, checkpoint: formatTreeHead, by: "not signed", isSigned: false };
}

function keptPlan(path: string, log: LogId): Plan {
  const kept = checkpointsIn(path, { keys: null, log });
  const newest = kept.toSorted((a, b) => a.size - b.size).at(-1);
  if (!newest) throw new UsageError(`${path}: has no signed checkpoint`);
  return signedPlan(newest.note, newest.name);
}

function signedPlan(note: string, name: string): Plan {
  const signed = readSignedCheckpoint(note, name);
  return { signed, origin: signed.origin, upTo: signed.size, checkpoint: () => note, by: name, isSigned: true };
}

function keyPlan(path: string): Pick<Plan, "checkpoint" | "by" | "isSigned"> {
  const nowMs = Date.now();
  const pairs = signingPairs(serverKeyOf(parseKeyFile(readFileSync(path, "utf8"), path)), nowMs);
  const checkpoint = (head: TreeHead) => signTreeHead(head, signersOf(pairs, head.origin, nowMs));
  const [signer] = signersOf(pairs, "key", nowMs);
  return { checkpoint, by: `signed with key ${signer ? fingerprintOf(signer.key) : ""}`, isSigned: true };
}

/** @throws UsageError */
function generationOf(option: string | undefined, { head }: TilesFolder): number {
  const ofFolder = head && parseOrigin(head.origin)?.generation;
  if (option === undefined) return ofFolder ?? 1;
  if (!/^[1-9]\d{0,8}$/.test(option)) throw new UsageError(`--generation ${option}: not a number from 1`);
  return Number(option);
}

function asJson(
  to: string,
  { origin, size, root, files }: TilesResult,
  { isSigned }: Plan,
  key: string | null,
): string {
  return JSON.stringify({ to, origin, size, root: root.toString("base64"), signed: isSigned, files, key });
}

function asText(to: string, { origin, size, root, files }: TilesResult, { by }: Plan, key: string | null): string {
  const added = files === 0 ? "no new file" : countOf(files, "new file");
  const line = `${to}: ${countOf(size, "event")} of ${origin}, root ${root.toString("base64")}, ${by}; ${added}`;
  return key === null ? line : `${line}\nthe server's key has the fingerprint ${key}`;
}
