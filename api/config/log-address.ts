/** Where a log of the server's lies, for another thread that opens it by itself. */
import { join } from "node:path";
import type { LogId } from "../../events/log/log.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { type Config, foldersOf } from "./config.ts";

/** As `openLog` takes it. May hold a password: not for people. */
export function logAddress(config: Pick<Config, "dataFolder" | "mongoUrl">, logId: LogId): string {
  if (config.mongoUrl === null) return join(foldersOf(config).logs, `${logId}.sqlite`);
  return `${parseMongoAddress(config.mongoUrl).url}#${logId}`;
}
