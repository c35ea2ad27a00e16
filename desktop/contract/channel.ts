/** What a shell and its worker say to each other: plain data, over whatever channel the shell has. */

import type { CallName } from "./arguments.ts";
import type { Answer, SyncStatus } from "./contract.ts";

/** How a worker is started. */
export interface StartOptions {
  /** Where its files lie. */
  folder: string;
  /** The server's address, where it is laid down for this machine. */
  server: string | null;
  /** From an earlier start. */
  tokens: StoredTokens | null;
  appVersion: string;
  /** Of the files; null: they are in the clear; undefined: this shell has nowhere to keep a key. */
  fileKey?: StoredKey | null | undefined;
}

/** What logs a desktop in at its next start. The operating system's key store holds it. */
export interface StoredTokens {
  server: string;
  refreshToken: string;
}

/** What a shell keeps of the encryption of files: 32 bytes as hexadecimal digits. */
export interface StoredKey {
  key: string;
  /** False: files are brought into the clear, and then the key is forgotten. */
  on: boolean;
}

export type ToWorker =
  | { kind: "start"; options: StartOptions }
  | { kind: "call"; id: number; name: unknown; argument: unknown }
  /** The tokens, or the key, of this number are kept. */
  | { kind: "kept"; id: number; failure: string | null }
  /** The network is there again, or gone. */
  | { kind: "network"; online: boolean }
  /** The machine was asleep, or somebody came back. */
  | { kind: "wake" }
  | { kind: "close" };

export type FromWorker =
  /** With the calls that it answers: the shell passes on no other. */
  | { kind: "started"; calls: readonly string[] }
  /** It could not start: the reason is for people. */
  | { kind: "failed"; message: string }
  | { kind: "answer"; id: number; answer: Answer<CallName> }
  | { kind: "status"; status: SyncStatus }
  | { kind: "keep"; id: number; tokens: StoredTokens | null }
  | { kind: "keepKey"; id: number; fileKey: StoredKey | null }
  /** For the shell's log: no personal data, no secrets. */
  | { kind: "note"; text: string }
  | { kind: "closed" };
