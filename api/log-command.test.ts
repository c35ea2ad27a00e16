/** A log that an operator has set back goes on in a new generation, and the signed past stays provable. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSignedCheckpoint } from "../events/proofs/signed-checkpoint.ts";
import { openFork } from "../events/proofs/successor.ts";
import { parseVerifierKey } from "../events/proofs/verifier-key.ts";
import { fails, succeeds } from "./backup/backup-program.suite.ts";
import { cutLog } from "./proofs/spoil.suite.ts";
import { CLIENT } from "./running-api.suite.ts";
import { call, type Office, openOffice, startApi } from "./sessions/people.suite.ts";

async function write({ base, owner }: Pick<Office, "base" | "owner">, count: number): Promise<void> {
  for (let n = 0; n < count; n++)
    assert.equal((await call(base, "POST", "/api/clients", CLIENT, { token: owner.token })).status, 200);
}

test("log fork lets a log that was set back go on, and says what was signed before", async () => {
  const office = await openOffice();
  const { owner, config } = office;
  const get = (base: string, path: string) => call(base, "GET", `/api/log/${path}`, undefined, { token: owner.token });
  await write(office, 20);
  const { keys } = (await get(office.base, "key")).body as { keys: string[] };
  const trust = { keys: keys.map(parseVerifierKey), log: owner.log };
  const before = openSignedCheckpoint((await get(office.base, "checkpoint")).text, trust);
  assert.equal(before.size, 22);
  await office.api.close();

  await fails(config, ["log", "fork", owner.log], 2, /has all 22 events that were signed/);
  cutLog(config, owner.log, 15);
  const cut = await startApi(config);
  const refused = await get(cut.base, "checkpoint");
  assert.deepEqual([refused.status, refused.body.code], [503, "BEHIND"], refused.text);
  await cut.api.close();

  assert.deepEqual(await succeeds(config, "log", "fork", owner.log), {
    log: owner.log,
    generation: 2,
    signed: 22,
    events: 15,
  });
  const after = await startApi(config);
  const note = openSignedCheckpoint((await get(after.base, "checkpoint")).text, trust);
  assert.deepEqual([note.origin, note.size], [`invoify/${owner.log}/2`, 15]);
  const fork = openFork((await get(after.base, "forks")).text, trust);
  assert.deepEqual(
    [fork.old.origin, fork.old.size, Buffer.from(fork.old.root ?? [])],
    [before.origin, 22, before.root],
  );
  assert.deepEqual([fork.restored.origin, fork.restored.size], [note.origin, 15]);
  assert.deepEqual(Buffer.from(fork.restored.root), note.root);
  await write({ base: after.base, owner }, 10);
  const { text } = await get(after.base, "proof/25");
  assert.match(text, new RegExp(`${note.origin}\n25\n`));
  await after.api.close();

  cutLog(config, owner.log, 24);
  const again = await startApi(config);
  assert.equal(
    (await get(again.base, "checkpoint")).body.code,
    "BEHIND",
    "generation 2 is protected as generation 1 was",
  );
});

test("log fork refuses what is not a log, or was never signed", async () => {
  const { api, config, owner } = await openOffice();
  await api.close();
  await fails(config, ["log", "fork", "nothing"], 2, /nothing: not the id of a log/);
  await fails(config, ["log", "fork", "01920e3b-7c00-7d3a-9b1e-2f4c6a8d0e12"], 2, /has no log/);
  await fails(config, ["log", "fork", owner.log], 2, /nothing of it was ever signed/);
});
