/** Addresses of logs in MongoDB: `mongodb://host/database#log-id`. */
import type { MongoClient } from "mongodb";
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseUuidV7 } from "../../uuid.ts";
import { ReconnectingClient } from "./reconnecting-client.ts";

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

/**
 * A server that is gone should not hold a request for long; an answer that never comes must not hold it forever. Options
 * in the address win.
 */
const TIMEOUTS = { serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000, socketTimeoutMS: 30_000 };

/** A client for an address; it connects at its first use. */
export function mongoClient({ url, name }: MongoAddress): MongoClient {
  const given = url.toLowerCase();
  const timeouts = Object.entries(TIMEOUTS).filter(([option]) => !given.includes(`${option.toLowerCase()}=`));
  try {
    return new ReconnectingClient(url, { appName: "invoify", ...Object.fromEntries(timeouts) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LogError("NOT_A_LOG", `${name}: ${reason}`, { cause: error });
  }
}

const lost = new WeakMap<MongoClient, { count: number }>();

/** How often a client has lost its connections to a server, counted from the first time this was asked. */
export function lostConnections(client: MongoClient): number {
  const known = lost.get(client);
  if (known) return known.count;
  const counter = { count: 0 };
  lost.set(client, counter);
  for (const event of ["connectionPoolCleared", "connectionPoolClosed"] as const)
    client.on(event, () => {
      counter.count++;
    });
  return 0;
}
