/** Opens the blobs of a log in MongoDB by the log's address. */
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseMongoAddress } from "./mongo-address.ts";
import { MongoBlobs } from "./mongo-blobs.ts";
import { mongoClient } from "./mongo-client.ts";

/** @param log the log's id, if the address does not name it @throws LogError NOT_A_LOG */
export function openMongoBlobs(address: string, log: LogId | null): MongoBlobs {
  const parsed = parseMongoAddress(address);
  const id = parsed.log ?? log;
  if (id === null) throw new LogError("NOT_A_LOG", `${parsed.name}: names no log: add #log-id`);
  const client = mongoClient(parsed);
  const name = parsed.log === null ? `${parsed.name}#${id}` : parsed.name;
  return new MongoBlobs(client.db(parsed.database), { log: id, name, ownClient: client });
}
