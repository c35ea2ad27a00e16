/** The server, but killed when a file is durable and its event is not appended yet. */
import { MongoBlobs } from "../../events/sources/mongo/mongo-blobs.ts";
import { SqliteBlobs } from "../../events/sources/sqlite/sqlite-blobs.ts";

for (const { prototype } of [MongoBlobs, SqliteBlobs]) {
  const { put } = prototype;
  prototype.put = async function (this: never, bytes) {
    await put.call(this, bytes);
    process.kill(process.pid, "SIGKILL");
    return await new Promise<never>(() => {});
  };
}
await import("../invoify-api.ts");
