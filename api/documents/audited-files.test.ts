/** What an auditor does: the events in a copy, the files from the server, each compared with the event that names it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { invoify } from "../../projector/invoify/invoify.suite.ts";
import { CLIENT, runApi } from "../running-api.suite.ts";
import { join as addUser, type Person } from "../sessions/people.suite.ts";

const { base, token, organization, send, get } = await runApi();
const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const client = await send("POST", "/api/clients", CLIENT);
const ids: number[] = [];
for (let n = 0; n < 3; n++) {
  const { stream } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
  await send("POST", `/api/invoices/${stream}/issue`, {});
  await send("POST", `/api/invoices/${stream}/delivered`, { how: "sent", format: "cii" });
  ids.push(stream);
}
const sums: string[] = [];
for (const id of ids) {
  const { deliveries } = await get<{ deliveries: { file_sha256: string }[] }>(`/api/invoices/${id}`);
  sums.push(...deliveries.map((one) => one.file_sha256));
}
const auditor = await addUser({ base, owner: { token } as Person }, "auditor");
const folder = temporaryFolder();
const env = { INVOIFY_TOKEN: auditor.token };
const kept = (...args: string[]) => invoify(["document", ...args, "--all", "--kept"], { env });
const sumsIn = (name: string) =>
  readdirSync(join(folder, name)).map((file) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name, file)))
      .digest("hex"),
  );

test("an auditor gets the files that were delivered from the server, for events that were verified", async () => {
  const copy = join(folder, "audit.events");
  const copied = await invoify(["copy", base, copy], { env });
  assert.equal(copied.exitCode, 0, copied.stderr);
  for (const [name, ...args] of [
    ["from-copy", copy, "--files", base],
    ["from-server", base],
  ] as const) {
    const { exitCode, stdout, stderr } = await kept(...args, "--to", join(folder, name));
    assert.equal(exitCode, 0, stderr);
    for (const sum of sums) assert.match(stdout, new RegExp(`  ${sum}  event \\d+$`, "m"));
    assert.deepEqual(sumsIn(name).sort(), sums.toSorted());
  }
});

test("a server that has lost a file, or altered one, is found out; the other files are written", async () => {
  const [missing = "", altered = "", whole = ""] = sums;
  const db = openDatabase((await organization.blobs()).name);
  db.prepare("DELETE FROM blob WHERE sha256 = ?").run(Buffer.from(missing, "hex"));
  db.prepare("UPDATE blob SET bytes = zeroblob(size) WHERE sha256 = ?").run(Buffer.from(altered, "hex"));
  db.close();
  const { exitCode, stderr } = await kept(base, "--to", join(folder, "lost"));
  assert.equal(exitCode, 1);
  assert.match(stderr, new RegExp(`the file ${missing}, which event \\d+ names, is missing`));
  assert.match(stderr, new RegExp(`the file ${altered}, which event \\d+ names, was altered`));
  assert.deepEqual(sumsIn("lost"), [whole]);
  const target = join(folder, "copy.sqlite");
  const copied = await invoify(["copy", base, target], { env });
  assert.equal(copied.exitCode, 0, copied.stderr);
  assert.match(copied.stderr, /: 1 file missing, 1 file altered; the copy has none of them/);
  const verified = await invoify(["verify", base], { env });
  assert.equal(verified.exitCode, 1);
  assert.match(verified.stdout, /3 files of documents: 1 missing, 1 altered/);
});
