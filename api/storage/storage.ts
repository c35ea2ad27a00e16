/** Where logs and accounts lie: embedded (a folder of SQLite files) or in one MongoDB database. */
import type { LogId, WritableLog } from "../../events/log/log.ts";
import type { Config } from "../config/config.ts";
import type { Accounts } from "./accounts.ts";
import type { RestoreMark } from "./restore-mark.ts";

export interface Storage {
  /** For people: a folder, or an address without secrets. */
  readonly name: string;
  readonly accounts: Accounts;
  readonly restoreMark: RestoreMark;
  /** The ids of all logs that have an event. */
  listLogs(): Promise<LogId[]>;
  /**
   * Opens a log.
   *
   * @returns null if it is not there and is not to be made
   * @throws LogError UNREACHABLE while a backup is being restored here
   */
  openLog(id: LogId, options: { create: boolean }): Promise<WritableLog | null>;
  /**
   * Asks it whether it can be written to now.
   *
   * @returns its own clock's time, ms since 1970 UTC
   * @throws LogError UNREACHABLE, UNAUTHORIZED; what the file system says
   */
  probe(): Promise<number>;
  close(): Promise<void>;
}

export type StoreConfig = Pick<Config, "dataFolder" | "mongoUrl">;
