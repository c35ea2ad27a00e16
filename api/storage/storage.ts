/** The store of logs and accounts: embedded (a folder of SQLite files) or one MongoDB database. */
import type { BlobStore } from "../../events/blobs/blob-store.ts";
import type { LogId, WritableLog } from "../../events/log/log.ts";
import type { Config } from "../config/config.ts";
import type { Accounts } from "./accounts.ts";
import type { RestoreMark } from "./restore-mark.ts";
import type { TileStore } from "./tile-store.ts";

export interface Storage {
  /** Name for people: a folder, or an address without secrets. */
  readonly name: string;
  readonly accounts: Accounts;
  readonly restoreMark: RestoreMark;
  /** The ids of all logs that have an event. */
  listLogs(): Promise<LogId[]>;
  /**
   * Opens a log.
   *
   * @returns null if the log does not exist and `create` is false
   * @throws LogError UNREACHABLE while a backup is being restored here
   */
  openLog(id: LogId, options: { create: boolean }): Promise<WritableLog | null>;
  /**
   * Opens what the store keeps of a log's trees.
   *
   * @returns null if it keeps nothing and `create` is false
   */
  openTiles(id: LogId, options: { create: boolean }): Promise<TileStore | null>;
  /**
   * Opens the files of a log's documents.
   *
   * @returns null if there are none and `create` is false
   */
  openBlobs(id: LogId, options: { create: boolean }): Promise<BlobStore | null>;
  /**
   * Checks that the storage accepts writes now.
   *
   * @returns the time of the storage's clock, ms since 1970 UTC
   * @throws LogError UNREACHABLE, UNAUTHORIZED; errors of the file system
   */
  probe(): Promise<number>;
  close(): Promise<void>;
}

export type StoreConfig = Pick<Config, "dataFolder" | "mongoUrl">;
