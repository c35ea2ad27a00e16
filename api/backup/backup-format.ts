/**
 * A backup: all logs of a store and the accounts of their users, in one file. It is a tar archive (archive.ts) with these
 * entries, in this order:
 *
 * | entry                  | content                                                                         |
 * |------------------------|---------------------------------------------------------------------------------|
 * | `invoify-backup.json`  | format version, start time, and for each log its head, the event hash there, and what was signed |
 * | `logs/<log id>.events` | the log up to that head: its bytes, the hashes of its commands, and a signed checkpoint |
 * | `files/<log id>.tar`   | the files that these events name, each under its SHA-256; left out if they name none |
 * | `accounts.ndjson`      | one account per line: log, user, password hash                                  |
 * | `claims.ndjson`        | one e-mail address per line, and its user                                       |
 * | `SHA256SUMS`           | the hash of each entry before it, in the format of `sha256sum --check`          |
 *
 * It contains no sessions or one-time links: those ended or used after the backup would become valid again.
 */
import { z } from "zod";

export const FORMAT = 2;
export const MANIFEST = "invoify-backup.json";
export const ACCOUNTS = "accounts.ndjson";
export const CLAIMS = "claims.ndjson";
export const SUMS = "SHA256SUMS";

const uuid = z.uuidv7();
/** SHA-256. */
const hex = z.string().regex(/^[0-9a-f]{64}$/);

/** Fields of every format version, so that an older release can name a newer format. */
export const versioned = z.object({ format: z.int().min(1), release: z.string() });

export const manifest = z.strictObject({
  /** Format 1 says nothing of what was signed. */
  format: z.literal([1, FORMAT]),
  /** Release of Invoify that wrote it. */
  release: z.string(),
  /** Every command acknowledged before this time is in it; ISO. */
  beganAt: z.iso.datetime(),
  logs: z.array(
    z.strictObject({
      log: uuid,
      /** Its head when the backup began, and the event hash there. */
      events: z.int().min(1),
      hash: hex,
      /** The last pair that was signed, as far as it is known; null if nothing was signed. */
      signed: z
        .strictObject({ generation: z.int().min(1), size: z.int().min(1).nullable(), root: hex.nullable() })
        .nullable()
        .default(null),
      /** The signed notes with which the log's generations began, oldest first. */
      forks: z.array(z.strictObject({ generation: z.int().min(2), note: z.string() })).default([]),
    }),
  ),
});
export type Manifest = z.infer<typeof manifest>;

export const accountLine = z.strictObject({
  logId: uuid,
  userEventId: uuid,
  /** Null: an invited user who has not set a password yet. */
  passwordHash: z.string().nullable(),
});
export type AccountLine = z.infer<typeof accountLine>;

export const claimLine = z.strictObject({
  email: z.string(),
  logId: uuid,
  userEventId: uuid,
  claimedAtMs: z.int(),
});
export type ClaimLine = z.infer<typeof claimLine>;

/** The entry of the files that a log's events name. */
export function filesEntry(log: string): string {
  return `files/${log}.tar`;
}

export function logEntry(log: string): string {
  return `logs/${log}.events`;
}
