/** Opens logs in MongoDB by their addresses. */
import type { MongoClient } from "mongodb";
import type { Access } from "./earlier-shape.ts";
import { parseMongoAddress } from "./mongo-address.ts";
import { mongoClient } from "./mongo-client.ts";
import { MongoLog } from "./mongo-log.ts";

/**
 * Opens a log by its address, `mongodb://…/database#log-id`. The log's id is needed only if the database holds several
 * logs. If it holds none, event 1 creates the log.
 *
 * @param options.access as `MongoLogOptions.access`
 * @param options.client a shared client, which `close` leaves open; default: a new client
 * @throws LogError NOT_A_LOG if the address is invalid, or the database holds several logs and none is named;
 *   UNREACHABLE, UNAUTHORIZED
 */
export async function openMongoLog(
  address: string,
  options: { client?: MongoClient; access?: Access } = {},
): Promise<MongoLog> {
  const parsed = parseMongoAddress(address);
  const ownClient = options.client ? null : mongoClient(parsed);
  const client = options.client ?? ownClient;
  if (!client) throw new Error("no client");
  const log = new MongoLog(client.db(parsed.database), {
    log: parsed.log,
    name: parsed.name,
    ownClient,
    access: options.access ?? "write",
  });
  try {
    if (parsed.log === null) await log.id();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
