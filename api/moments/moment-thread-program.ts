/**
 * The program of the thread that reads caches at moments of the past. `moment-thread.ts` starts it and sends it messages.
 * Nothing else in the process waits for it: it has its own connections, and its system priority is low.
 */
import { createHash } from "node:crypto";
import { setPriority } from "node:os";
import { isMainThread, parentPort } from "node:worker_threads";
import Database from "better-sqlite3";
import { z } from "zod";
import { CacheError, type CacheErrorCode } from "../../projector/cache/errors.ts";
import type { Moment } from "../../projector/queries/moment.ts";
import type { Read } from "../../projector/queries/read.ts";
import { READS, type ReadName } from "../../projector/queries/reads/reads.ts";
import { answerOf } from "./answer.ts";
import { type CacheFile, Places } from "./places.ts";

/** The thread gets a tenth of the time of a processor that others need too. */
const NICENESS = 10;

export interface MomentRead {
  file: CacheFile;
  /** Who reads. Each user has one place: the moment that was read last. */
  user: string;
  read: ReadName;
  /** Parsed, with `at`. */
  input: object;
  /** The current time, ms since 1970 UTC. */
  nowMs: number;
}

/** Messages with a number get one reply with the same number. */
export type ToMomentThread = { n: number } & (MomentRead | { forget: CacheFile });

export interface MomentAnswer {
  moment: Moment;
  /** JSON; null if what the input names did not exist then. */
  json: Uint8Array | null;
  /** SHA-256 of the JSON, base64url. */
  digest: string;
}

/** An error as plain data, because only that can be sent to another thread. */
export type Failure =
  | { kind: "input"; path: string; message: string }
  | { kind: "replaced" }
  | { kind: "cache"; code: CacheErrorCode; message: string }
  | { kind: "sqlite"; code: string; message: string }
  | { kind: "other"; message: string };

/** First `ready`, then a reply to each message. */
export type FromMomentThread =
  | "ready"
  | { n: number; answer: MomentAnswer }
  | { n: number; failure: Failure }
  | { n: number; forgotten: true };

if (parentPort !== null) listen(parentPort);

function listen(port: NonNullable<typeof parentPort>): void {
  if (isMainThread) throw new Error("reads at moments need a thread of their own");
  // Only Linux has a priority for each thread; elsewhere it would be that of the whole server.
  if (process.platform === "linux") setPriority(NICENESS);
  const places = new Places();
  port.on("message", (message: ToMomentThread) => {
    const { n } = message;
    if ("forget" in message) {
      places.leave(message.forget);
      return port.postMessage({ n, forgotten: true } satisfies FromMomentThread);
    }
    try {
      const answer = read(places, message);
      const moved = answer.json ? [answer.json.buffer as ArrayBuffer] : [];
      port.postMessage({ n, answer } satisfies FromMomentThread, moved);
    } catch (error) {
      const failure = failureOf(error);
      // Other errors than of the input may be of the connection: the next read opens the file again.
      if (failure.kind !== "input") places.forget(message.file.path);
      port.postMessage({ n, failure } satisfies FromMomentThread);
    }
  });
  port.postMessage("ready" satisfies FromMomentThread);
}

function read(places: Places, { file, user, read, input, nowMs }: MomentRead): MomentAnswer {
  const place = places.of(file, user);
  if (!place) throw new Replaced();
  let moment: Moment | null = null;
  const { run, http } = READS[read] as unknown as Read;
  const answer = run(
    {
      db: place.now,
      nowMs,
      sourceAt(at) {
        if (at.seq === 0) throw beforeAll(place.now);
        moment = at;
        return place.moments.sourceAt(at);
      },
    },
    input as never,
  );
  if (moment === null || http === null) throw new Error(`${read} did not read at a moment`);
  if (answer === undefined) return { moment, json: null, digest: "" };
  const json = new TextEncoder().encode(JSON.stringify(answerOf(http.answer.as, answer)));
  return { moment, json, digest: createHash("sha256").update(json).digest("base64url") };
}

function beforeAll(db: Database.Database): z.ZodError {
  const first = db.prepare<[], { at: number }>("SELECT at FROM main.activity WHERE seq = 1").get();
  const since = first ? `: the first event is of ${new Date(first.at).toISOString()}` : "";
  return new z.ZodError([{ code: "custom", path: ["at"], message: `nothing was recorded yet${since}`, input: 0 }]);
}

/** The file was replaced by a newer one. */
class Replaced extends Error {}

function failureOf(error: unknown): Failure {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return { kind: "input", path: issue?.path.join(".") ?? "", message: issue?.message ?? "not valid" };
  }
  if (error instanceof Replaced) return { kind: "replaced" };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof CacheError) return { kind: "cache", code: error.code, message };
  if (error instanceof Database.SqliteError) return { kind: "sqlite", code: error.code, message };
  return { kind: "other", message: stack ?? message };
}
