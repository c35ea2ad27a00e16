/** Verifies a whole log: every event's bytes, the fold, the invariants, and the tree over all of it. */
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import type { Tile } from "../../events/proofs/tiles.ts";
import type { Sequence } from "../../events/sequence.ts";
import { checkInvariants } from "./check-invariants.ts";
import { HashedLog } from "./hashed-log.ts";
import { FOLD } from "./invariants.ts";

/** An event that is wrong, in the words of a person. */
export interface Problem {
  seq: Sequence;
  /** What is wrong. It does not repeat the sequence. */
  problem: string;
}

export interface LogReport {
  /** Null if the log has no event. */
  log: LogId | null;
  /** How many events were put into the tree: all that can be read. */
  size: Sequence;
  root: Buffer;
  /** The event hash of the last one; null if there is none. */
  lastHash: Buffer | null;
  /** The roots of the sizes that were asked for; those beyond the end are absent. */
  roots: ReadonlyMap<Sequence, Buffer>;
  /** In the order of their events. At most MAX_PROBLEMS of broken invariants are listed. */
  problems: Problem[];
  /** False if the check of the books ended before the log did: an event could not be read or folded. */
  allFolded: boolean;
}

interface VerifyOptions {
  /** Sizes whose roots are wanted. */
  sizes?: readonly Sequence[];
  /** Receives each full tile of the tree, and at the end the partial ones. */
  onTile?: (tile: Tile) => void;
  /** Called with each event's entry and bytes, in order. */
  onEntry?: (seq: Sequence, entry: Uint8Array, body: Uint8Array) => void;
  onProgress?: (seq: Sequence) => void;
  /** For temporary files: about as much space as a cache of the log. Default: the system's folder for them. */
  folder?: string;
  signal?: AbortSignal;
}

/** More broken invariants are not looked for. */
export const MAX_PROBLEMS = 20;

/** What is wrong with the log itself, and not with the way to it. */
const OF_THE_LOG: ReadonlySet<LogErrorCode> = new Set([
  "DAMAGED",
  "GAP",
  "MALFORMED_EVENT",
  "INCONSISTENT_LOG",
  "UNKNOWN_EVENT",
]);

/**
 * Verifies a log up to its head at the start. It goes on after what is wrong as far as it can, so that the tree
 * contains every event that can be read.
 *
 * @throws LogError for a log that cannot be opened or reached
 */
export async function verifyLog(log: EventLog, options: VerifyOptions = {}): Promise<LogReport> {
  const { sizes = [], onEntry, onTile, onProgress, signal, folder } = options;
  const [id, head] = [await log.id(), await log.head()];
  const wanted = new Set(sizes);
  const roots = new Map<Sequence, Buffer>();
  let lastHash: Buffer | null = null;
  const hashed = new HashedLog(log, {
    ...(onTile && { onFull: onTile }),
    onEntry: (seq, entry, body) => {
      lastHash = Buffer.from(entry);
      if (wanted.has(seq)) roots.set(seq, hashed.tree.root());
      onEntry?.(seq, entry, body);
    },
  });
  if (wanted.has(0)) roots.set(0, hashed.tree.root());
  const checked = { ...(signal && { signal }), ...(onProgress && { onProgress }), ...(folder && { folder }) };
  const { problems, allFolded } = await problemsOf(hashed, head, checked);
  const unreadable = await readRest(hashed, head, checked);
  if (unreadable && !problems.some(({ seq }) => seq === unreadable.seq)) problems.push(unreadable);
  if (onTile) for (const tile of hashed.tree.openTiles()) onTile(tile);
  const { size } = hashed.tree;
  return { log: id, size, root: hashed.tree.root(), lastHash, roots, problems, allFolded };
}

type Watch = Pick<VerifyOptions, "signal" | "onProgress" | "folder">;

async function problemsOf(
  log: HashedLog,
  head: Sequence,
  watch: Watch,
): Promise<{ problems: Problem[]; allFolded: boolean }> {
  const problems: Problem[] = [];
  let folded = 0;
  const onProgress = (seq: Sequence) => {
    folded = seq;
    watch.onProgress?.(seq);
  };
  try {
    for await (const { seq, type, invariant, problem } of checkInvariants(log, { ...watch, upTo: head, onProgress })) {
      // What cannot be folded breaks no invariant of the list.
      const named = invariant === FOLD ? problem : `${problem} (invariant ${invariant})`;
      problems.push({ seq, problem: `${type}: ${named}` });
      if (problems.length >= MAX_PROBLEMS) break;
    }
  } catch (error) {
    if (!isOfTheLog(error)) throw error;
    const seq = seqIn(error); // without it, what could not be read is looked for below
    if (seq !== null) problems.push({ seq, problem: withoutSeq(error.message, seq) });
  }
  return { problems, allFolded: folded >= head };
}

/** Puts the events that no check has read into the tree. @returns why it ended before the head; null if it did not */
async function readRest(log: HashedLog, head: Sequence, { signal, onProgress }: Watch): Promise<Problem | null> {
  const read = async (upTo: Sequence) => {
    for await (const _ of log.read({ after: log.tree.size, upTo }, signal ? { signal } : {}))
      onProgress?.(log.tree.size);
  };
  try {
    await read(head);
  } catch (error) {
    if (!isOfTheLog(error)) throw error;
    // A source reads many events at once, and may not say which one is missing. One by one, they are found.
    for (let before = -1; before < log.tree.size && log.tree.size < head; ) {
      before = log.tree.size;
      try {
        await read(before + 1);
      } catch (alone) {
        if (!isOfTheLog(alone)) throw alone;
        return { seq: before + 1, problem: withoutSeq(alone.message, before + 1) };
      }
    }
  }
  const seq = log.tree.size + 1;
  return seq <= head ? { seq, problem: `is missing: the log says that it has ${head} events` } : null;
}

function isOfTheLog(error: unknown): error is LogError {
  return error instanceof LogError && OF_THE_LOG.has(error.code);
}

/** The event that a message names first. */
function seqIn({ message }: Error): Sequence | null {
  const digits = /\bevent ([1-9][0-9]*)\b/.exec(message)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** `event 5: byte 9: …` is `byte 9: …` for event 5. */
function withoutSeq(message: string, seq: Sequence): string {
  const prefix = `event ${seq}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}
