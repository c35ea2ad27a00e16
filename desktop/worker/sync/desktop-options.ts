/** What a shell or a test gives a desktop to work with. */
import type { StoredTokens } from "../../contract/channel.ts";
import type { SyncStatus } from "../../contract/contract.ts";
import type { FileEncryption } from "../files/file-encryption.ts";
import type { CheckPauses } from "./background-check.ts";
import type { SyncLoopOptions } from "./sync-loop.ts";

export interface DesktopOptions {
  /** The folder of its files. Created if it does not exist. */
  folder: string;
  /** The server's address, if an administrator has set it for this machine. */
  server?: string | null;
  /** Tokens that an earlier start stored. */
  tokens?: StoredTokens | null;
  /** Stores the refresh token for the next start; null deletes it. */
  storeTokens?: (tokens: StoredTokens | null) => Promise<void>;
  fetch?: typeof fetch;
  onStatus?: (status: SyncStatus) => void;
  appVersion?: string;
  loop?: Partial<SyncLoopOptions>;
  /** Pauses before a write is sent again, ms. Default: those of `writing.ts`. */
  writeRetriesMs?: readonly number[];
  /** Pauses of the background check, ms. Default: those of `background-check.ts`. */
  check?: CheckPauses;
  encryption?: FileEncryption;
}
