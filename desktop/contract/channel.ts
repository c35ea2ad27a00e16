/** The messages between a shell and its worker: plain data, over whatever channel the shell has. */

import type { CallName } from "./arguments.ts";
import type { CallReply, SyncStatus } from "./contract.ts";

export interface StartOptions {
  /** The folder of its files. */
  folder: string;
  /** The server's address, if an administrator has set it for this machine. */
  server: string | null;
  /** Tokens that an earlier start stored. */
  tokens: StoredTokens | null;
  appVersion: string;
  /** The key of the files; null: they are not encrypted; undefined: this shell cannot store a key. */
  fileKey?: StoredKey | null | undefined;
}

/** Logs the user in at the next start. Protected by the operating system's key store. */
export interface StoredTokens {
  server: string;
  refreshToken: string;
}

/** The key of the files. */
export interface StoredKey {
  /** 32 bytes as hexadecimal digits. */
  key: string;
  /** False: the files are decrypted at the next start, and then the key is deleted. */
  on: boolean;
}

export type ToWorker =
  | { kind: "start"; options: StartOptions }
  | { kind: "call"; id: number; name: unknown; argument: unknown }
  /** The shell has stored tokens or a key, or has failed to: the reply to the message with this id. */
  | { kind: "storeReply"; id: number; failure: string | null }
  /** The network is back, or gone. */
  | { kind: "network"; online: boolean }
  /** The machine was asleep, or the user came back. */
  | { kind: "wake" }
  | { kind: "close" };

export type FromWorker =
  /** Names the calls that the worker answers. The shell passes on no others. */
  | { kind: "started"; calls: readonly string[] }
  /** The worker could not start. The message is for people; an error of the system names its code and file. */
  | { kind: "failed"; message: string; code?: string; path?: string }
  | { kind: "answer"; id: number; answer: CallReply<CallName> }
  | { kind: "status"; status: SyncStatus }
  | { kind: "storeTokens"; id: number; tokens: StoredTokens | null }
  | { kind: "storeKey"; id: number; fileKey: StoredKey | null }
  /** For the shell's log: no personal data, no secrets. */
  | { kind: "note"; text: string }
  | { kind: "closed" };
