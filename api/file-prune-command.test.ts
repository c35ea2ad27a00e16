/** Files that no event names are listed, and removed only if they are old, and only on request. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { MongoClient } from "mongodb";
import { Packr } from "msgpackr";
import { blobText } from "../events/blobs/blob-store.ts";
import { decodeHeader } from "../events/encoding/event.ts";
import { sha256 } from "../events/hash.ts";
import { openDatabase } from "../events/sources/sqlite/open-database.ts";
import { newUuid } from "../events/uuid.ts";
import { fails, runProgram, succeeds } from "./backup/backup-program.suite.ts";
import { CLIENT, type RunningApi } from "./running-api.suite.ts";
import { onEachStorage } from "./storage/storages.suite.ts";

const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const DAY_MS = 86_400_000;

await onEachStorage(pruneTests);

function pruneTests({ config, organization, logId, send, get }: RunningApi): void {
  const stored = async () => {
    const names: string[] = [];
    for await (const { sha256 } of (await organization.blobs()).list()) names.push(blobText(sha256));
    return names.sort();
  };
  /** As if all that is stored had been put some days ago. */
  async function age(days: number): Promise<void> {
    const { mongoUrl } = config;
    if (mongoUrl === null) {
      const db = openDatabase((await organization.blobs()).name);
      db.prepare("UPDATE blob SET put_at = put_at - ?").run(days * DAY_MS);
      db.close();
      return;
    }
    const client = new MongoClient(mongoUrl);
    await client
      .db()
      .collection("blob")
      .updateMany({}, { $set: { at: new Date(Date.now() - days * DAY_MS) } });
    await client.close();
  }
  const prune = async (...args: string[]) => {
    const { logs } = await succeeds(config, "file", "prune", ...args);
    const [{ unnamed, removed }] = logs as [{ unnamed: { sha256: string; size: number }[]; removed: number }];
    return { unnamed: unnamed.map(({ sha256 }) => sha256).sort(), removed };
  };

  test("file prune removes old files that no event names, and no other", async () => {
    const client = await send("POST", "/api/clients", CLIENT);
    const { stream: id } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
    await send("POST", `/api/invoices/${id}/issue`, {});
    assert.deepEqual(await prune(), { unnamed: [], removed: 0 }, "before the first file");
    await send("POST", `/api/invoices/${id}/delivered`, { how: "sent", format: "pdf" });
    const named = await stored();
    assert.equal(named.length, 1);
    const blobs = await organization.blobs();
    const [old, again] = [randomBytes(100), randomBytes(200)];
    const orphans = [blobText(await blobs.put(old)), blobText(await blobs.put(again))].sort();
    await age(8);
    const fresh = blobText(await blobs.put(randomBytes(300)));
    assert.deepEqual(await prune(), { unnamed: orphans, removed: 0 });
    assert.deepEqual(await stored(), [...named, ...orphans, fresh].sort(), "nothing is removed without --remove");
    assert.deepEqual((await prune("--older-than", "9")).unnamed, []);

    await blobs.put(again); // as for a delivery that is about to be recorded
    const text = await runProgram(config, "file", "prune", logId);
    assert.match(
      text.stdout,
      new RegExp(`^${logId}: 1 file that no event names\n  [0-9a-f]{64}  100 bytes, stored 20.+`),
    );
    assert.match(text.stdout, /nothing was removed: repeat the command with --remove\n$/);
    const left = [...named, blobText(sha256(again)), fresh].sort();
    assert.deepEqual(await prune("--remove", logId), { unnamed: [blobText(sha256(old))], removed: 1 });
    assert.deepEqual(await stored(), left);
    assert.deepEqual(await prune("--remove", "--older-than", "1"), { unnamed: [], removed: 0 });
    const { deliveries } = await get<{ deliveries: { file_sha256: string }[] }>(`/api/invoices/${id}`);
    assert.deepEqual([deliveries[0]?.file_sha256], named);
  });

  test("file prune refuses what it cannot judge", async () => {
    await fails(config, ["file", "prune", "--older-than", "0"], 2, /--older-than 0: must be a number of days from 1/);
    await fails(config, ["file", "prune", logId.replace(/.$/, "x")], 2, /has no log/);
    const { log } = organization;
    const seq = (await log.head()) + 1;
    const positions = [seq, Buffer.from(newUuid()), seq, 1, "DocumentSigned", 1, Date.now(), 2, []];
    const body = new Packr({ useRecords: false }).pack(positions);
    await log.append([{ ...decodeHeader(body), request: null, body }]);
    const before = await stored();
    await age(30);
    await fails(config, ["file", "prune", "--remove"], 1, new RegExp(`event ${seq}.*DocumentSigned`));
    assert.deepEqual(await stored(), before);
  });
}
