/** Clients of the MongoDB driver, with time-outs for servers and commands. */
import type { MongoClient } from "mongodb";
import { LogError } from "../../errors.ts";
import type { MongoAddress } from "./mongo-address.ts";
import { ReconnectingClient } from "./reconnecting-client.ts";

/**
 * A lost server must not block a request for long, and a missing response must not block it forever. Options in the
 * address override these.
 */
const TIMEOUTS = { serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000, socketTimeoutMS: 30_000 };

/** Creates a client for an address. It connects at its first use. */
export function mongoClient({ url, name }: MongoAddress): MongoClient {
  const options = url.toLowerCase();
  const timeouts = Object.entries(TIMEOUTS).filter(([option]) => !options.includes(`${option.toLowerCase()}=`));
  try {
    return new ReconnectingClient(url, { appName: "invoify", ...Object.fromEntries(timeouts) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LogError("NOT_A_LOG", `${name}: ${reason}`, { cause: error });
  }
}

const lost = new WeakMap<MongoClient, { count: number }>();

/** How often a client has lost its connections to a server, counted from the first call of this function. */
export function lostConnections(client: MongoClient): number {
  const known = lost.get(client);
  if (known) return known.count;
  const counter = { count: 0 };
  lost.set(client, counter);
  const count = () => {
    counter.count++;
  };
  client.on("connectionPoolCleared", count);
  client.on("connectionPoolClosed", count);
  client.on("connectionClosed", ({ reason }) => {
    if (reason === "error") count();
  });
  return 0;
}
