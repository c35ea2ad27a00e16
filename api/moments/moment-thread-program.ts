/**
 * The program of the thread that reads caches at moments of the past. `moment-thread.ts` starts it and sends it messages.
 * Nothing else in the process waits for it: it has its own connections, and its system priority is low.
 */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import { z } from "zod";
import { type CacheFile, Places } from "../../projector/moments/places.ts";
import type { Moment } from "../../projector/queries/moment.ts";
import type { Read } from "../../projector/queries/read.ts";
import { READS, type ReadName } from "../../projector/queries/reads/reads.ts";
import { failureOf, Replaced, serveTasks, type ThreadFailure } from "../../projector/threads/thread-program.ts";
import { answerOf } from "./answer.ts";

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

export type ToMomentThread = MomentRead | { forget: CacheFile };

export interface MomentAnswer {
  moment: Moment;
  /** JSON; null if what the input names did not exist then. */
  json: Uint8Array | null;
  /** SHA-256 of the JSON, base64url. */
  digest: string;
}

export type MomentReply = { answer: MomentAnswer } | { failure: ThreadFailure } | { forgotten: true };

const places = new Places();
serveTasks<ToMomentThread, MomentReply>(
  (message) => {
    if ("forget" in message) {
      places.leave(message.forget);
      return { reply: { forgotten: true } };
    }
    const answer = read(message);
    return { reply: { answer }, moved: answer.json ? [answer.json.buffer as ArrayBuffer] : [] };
  },
  (error, message) => {
    const failure = failureOf(error);
    // Other errors than of the input may be of the connection: the next read opens the file again.
    if (failure.kind !== "input" && !("forget" in message)) places.forget(message.file.path);
    return { failure };
  },
);

function read({ file, user, read, input, nowMs }: MomentRead): MomentAnswer {
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
