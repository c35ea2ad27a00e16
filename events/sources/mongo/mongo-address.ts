/** Addresses of logs in MongoDB: `mongodb://host/database#log-id`. Parsing one does not load the driver. */
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseUuidV7 } from "../../uuid.ts";

/** A place where logs may lie. */
export interface MongoAddress {
  /** What the driver takes: without the log. May hold a password. */
  url: string;
  database: string;
  /** Null: the one log that is there. */
  log: LogId | null;
  /** The address without user, password and options: for people. */
  name: string;
}

// scheme, user and password, hosts, database, options, log
const ADDRESS = /^(mongodb(?:\+srv)?:\/\/)([^/?#]*@)?([^/?#@]+)(?:\/([^/?#@\s"$\\.]*))?(\?[^#]*)?(?:#(.*))?$/;

/** @throws LogError NOT_A_LOG if it is not an address of this form, or names no database */
export function parseMongoAddress(address: string): MongoAddress {
  const [, scheme, secrets = "", hosts, database = "", options = "", log = null] = ADDRESS.exec(address) ?? [];
  // The address itself is not shown: what cannot be parsed may have its password anywhere.
  if (!scheme || !hosts)
    throw new LogError("NOT_A_LOG", "an address of MongoDB looks like mongodb://user:password@host:27017/database#log");
  const name = `${scheme}${hosts}/${database}`;
  if (!database) throw new LogError("NOT_A_LOG", `${name} names no database: add /database`);
  if (log !== null && !parseUuidV7(log))
    throw new LogError("NOT_A_LOG", `${name}: #${log} is not the id of a log (a UUIDv7)`);
  return {
    url: `${scheme}${secrets}${hosts}/${database}${options}`,
    database,
    log: log?.toLowerCase() ?? null,
    name: log === null ? name : `${name}#${log.toLowerCase()}`,
  };
}
