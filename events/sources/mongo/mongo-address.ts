/** Addresses of logs in MongoDB: `mongodb://host/database#log-id`. Parsing one does not load the driver. */
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseUuidV7 } from "../../uuid.ts";

/** The address of a database with logs. */
export interface MongoAddress {
  /** The URL for the driver, without the log. It can contain a password. */
  url: string;
  database: string;
  /** The log's id; null: the only log of the database. */
  log: LogId | null;
  /** The address for people, without user, password and options. */
  name: string;
}

// scheme, user and password, hosts, database, options, log
const ADDRESS = /^(mongodb(?:\+srv)?:\/\/)([^/?#]*@)?([^/?#@]+)(?:\/([^/?#@\s"$\\.]*))?(\?[^#]*)?(?:#(.*))?$/;

/** @throws LogError NOT_A_LOG if it is not an address of this form, or names no database */
export function parseMongoAddress(address: string): MongoAddress {
  const [, scheme, secrets = "", hosts, database = "", options = "", log = null] = ADDRESS.exec(address) ?? [];
  // The message does not show the address: if it cannot be parsed, the password can be anywhere in it.
  if (!scheme || !hosts)
    throw new LogError(
      "NOT_A_LOG",
      "the address of a MongoDB log looks like mongodb://user:password@host:27017/database#log",
    );
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
