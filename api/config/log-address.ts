/** The address of a log in the server's store, for a thread that opens the log itself. */
import { join } from "node:path";
import type { LogId } from "../../events/log/log.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { type Config, foldersOf } from "./config.ts";

/** The address for `openLog`. It may contain a password, so never show it. */
export function logAddress(config: Pick<Config, "dataFolder" | "mongoUrl">, logId: LogId): string {
  if (config.mongoUrl === null) return join(foldersOf(config).logs, `${logId}.sqlite`);
  return `${parseMongoAddress(config.mongoUrl).url}#${logId}`;
}
