/** Files that are lost or altered come back from a backup, and what it does not have is named. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { MongoClient } from "mongodb";
import { openDatabase } from "../events/sources/sqlite/open-database.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { fails, runProgram, succeeds } from "./backup/backup-program.suite.ts";
import { CLIENT, type RunningApi } from "./running-api.suite.ts";
import { onEachStorage } from "./storage/storages.suite.ts";

const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };

await onEachStorage(restoreTests);

function restoreTests({ config, organization, logId, send, get, call }: RunningApi): void {
  async function alter(sha256: string): Promise<void> {
    const { mongoUrl } = config;
    if (mongoUrl === null) {
      const db = openDatabase((await organization.blobs()).name);
      db.prepare("UPDATE blob SET bytes = zeroblob(size) WHERE sha256 = ?").run(Buffer.from(sha256, "hex"));
      db.close();
      return;
    }
    const client = new MongoClient(mongoUrl);
    const blobs = client.db().collection("blob");
    for (const { _id } of await blobs.find({}, { projection: { _id: 1 } }).toArray())
      if ((_id as unknown as { toString(encoding: string): string }).toString("hex").endsWith(sha256))
        await blobs.updateOne({ _id }, { $set: { bytes: Buffer.from("altered") } });
    await client.close();
  }
  const statusOf = async (sha256: string) => (await call(`/api/blobs/${sha256}`)).status;

  test("file restore puts back what is missing or altered, and names what the backup does not have", async () => {
    const client = await send("POST", "/api/clients", CLIENT);
    const { stream: id } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
    await send("POST", `/api/invoices/${id}/issue`, {});
    const deliver = (format: string) => send("POST", `/api/invoices/${id}/delivered`, { how: "sent", format });
    for (const format of ["pdf", "ubl", "cii"]) await deliver(format);
    const backup = join(temporaryFolder(), "all.tar");
    await succeeds(config, "backup", backup);
    const whole = await runProgram(config, "file", "restore", backup);
    assert.equal(whole.stdout, "every file that events name is there\n");

    const { seq } = await deliver("factur-x");
    const { deliveries } = await get<{ deliveries: { file_sha256: string }[] }>(`/api/invoices/${id}`);
    const [kept = "", missing = "", altered = "", later = ""] = deliveries.map((one) => one.file_sha256);
    const blobs = await organization.blobs();
    for (const sha256 of [missing, later]) assert.ok(await blobs.remove(Buffer.from(sha256, "hex"), 0));
    await alter(altered);
    assert.deepEqual(await Promise.all([kept, missing, altered, later].map(statusOf)), [200, 404, 409, 404]);

    const { exitCode, stdout, stderr } = await runProgram(config, "file", "restore", backup, logId);
    assert.equal(exitCode, 1);
    assert.match(stderr, /does not have 1 file that the store has lost/);
    const lines = stdout.trimEnd().split("\n").sort();
    assert.deepEqual(
      lines,
      [
        `${logId}: event ${seq - 2}: ${missing} was missing, and is restored`,
        `${logId}: event ${seq - 1}: ${altered} was altered, and is restored`,
        `${logId}: event ${seq}: ${later} is missing, and not in the backup`,
      ].sort(),
    );
    assert.deepEqual(await Promise.all([kept, missing, altered, later].map(statusOf)), [200, 200, 200, 404]);
    await fails(config, ["file", "restore", backup, "no-log"], 2, /has no log no-log/);
    await fails(config, ["file", "restore", `${backup}.missing`], 2, /no such file/);
  });
}
