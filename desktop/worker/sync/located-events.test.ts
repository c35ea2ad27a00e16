/** A desktop and a real API: what is altered on either side is located to the event, with who recorded it and when. */
import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { succeeds } from "../../../api/backup/backup-program.suite.ts";
import { signedPairsPath } from "../../../api/proofs/open-server-key.ts";
import { cutLog } from "../../../api/proofs/spoil.suite.ts";
import { call, logIn, newConfig, startApi } from "../../../api/sessions/people.suite.ts";
import { parseVerifierKey } from "../../../events/proofs/verifier-key.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { compareCheckpoints } from "../../../projector/verify/compare-checkpoints.ts";
import { readCheckpoints } from "../../../projector/verify/saved-checkpoints.ts";
import type { SyncStatus } from "../../contract/contract.ts";
import {
  desktopAt,
  headOf,
  OWNER,
  type RunningApi,
  registerClients,
  runApi,
  type Seat,
  startDesktop,
} from "./desktop.suite.ts";

const LOGIN = { email: OWNER.email, password: OWNER.password };
const check = { firstMs: 300, pauseMs: 0, everyMs: 0 };

/** More than a tile, so that one hash stands for the first 256 events. */
async function longApi(clients = 270): Promise<RunningApi> {
  const api = await runApi();
  await registerClients(api, ...Array.from({ length: clients }, (_, n) => `Client ${String(n).padStart(3, "0")}`));
  return api;
}

async function untilVerified(seat: Seat, head: number): Promise<SyncStatus> {
  return await seat.until(({ proof, phase }) => proof.verified?.seq === head && phase === "idle");
}

/** A request goes to whatever server runs at the moment, under the address that the desktop knows. */
function toServer(from: string) {
  const line = {
    base: from as string | null,
    fetch: (async (url: URL | string, init?: RequestInit) => {
      if (line.base === null) throw new TypeError("fetch failed");
      return await fetch(String(url).replace(from, line.base), init);
    }) as typeof fetch,
  };
  return line;
}

/** Changes a letter of a client's name. @returns the event */
function rename(path: string, from: string, to: string): { seq: number; body: Buffer } {
  const db = openDatabase(path);
  const rows = db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM event").all();
  const row = rows.find(({ body }) => body.includes(from)) ?? assert.fail(from);
  row.body.write(to, row.body.indexOf(from));
  db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(row.body, row.seq);
  db.close();
  return row;
}

function logFile({ config, logId }: RunningApi): string {
  return join(config.dataFolder, "logs", `${logId}.sqlite`);
}

function mirrorIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith(".mirror.sqlite"));
  return join(folder, names.sort().at(-1) ?? assert.fail("no mirror"));
}

test("an edited copy is named as a range while offline, and to the event once the server answers", async () => {
  const api = await longApi();
  const head = await headOf(api);
  for (const rebuild of [false, true]) {
    const first = await desktopAt(api, { check });
    await untilVerified(first, head);
    await first.close();
    const { seq } = rename(mirrorIn(first.folder), "Client 123", "Client 124");
    const line = toServer(api.base);
    const options = { server: api.base, folder: first.folder, stored: first.stored, fetch: line.fetch, check };
    line.base = null;
    const seat = await startDesktop(options);
    await seat.refused("rebuildCache");
    const { altered } = (await seat.until(({ needs }) => needs === "altered")).proof;
    assert.deepEqual([altered?.kind, altered?.seq, altered?.from, altered?.to], ["device", null, 1, 256]);
    if (rebuild) {
      line.base = api.base;
      await seat.refused("pullFromServer");
    } else {
      await seat.close();
      line.base = api.base;
    }
    const online = rebuild ? seat : await startDesktop(options);
    const { proof } = await online.until(({ proof }) => proof.altered?.seq !== null);
    assert.deepEqual([proof.altered?.kind, proof.altered?.seq], ["device", seq]);
    assert.equal(proof.altered?.event?.actor, OWNER.name);
    await online.close();
  }
});

test("an edited copy that the background finds while online is named without another step", async () => {
  const api = await longApi();
  const head = await headOf(api);
  const first = await desktopAt(api, { check });
  await untilVerified(first, head);
  await first.close();
  const { seq } = rename(mirrorIn(first.folder), "Client 200", "Client 201");
  const seat = await startDesktop({ server: api.base, folder: first.folder, stored: first.stored, check });
  const { proof } = await seat.until(({ needs, proof }) => needs === "altered" && proof.altered?.seq !== null);
  assert.deepEqual([proof.altered?.kind, proof.altered?.seq], ["device", seq]);
});

test("a server that finds its own events altered: the desktop that has them names the first, a new one what it says", async () => {
  for (const name of ["Client 050", "Client 269"]) {
    const api = await longApi();
    const seat = await desktopAt(api, { check });
    await untilVerified(seat, await headOf(api));
    await seat.close();
    await api.api.close();
    const { seq } = rename(logFile(api), name, "Client 999");
    const again = await startApi(api.config);
    const line = toServer(api.base);
    line.base = again.base;
    // Whoever reads the events as they were signed makes the server notice, if it has not when it started.
    await fetch(`${again.base}/api/log/tile/entries/000`, { headers: { authorization: `Bearer ${api.token}` } });
    const options = { server: api.base, fetch: line.fetch, check };
    const back = await startDesktop({ ...options, folder: seat.folder, stored: seat.stored });
    const { proof } = await back.until(({ needs, proof }) => needs === "altered" && proof.altered !== null);
    assert.deepEqual([proof.altered?.kind, proof.altered?.seq], ["server", seq], name);
    assert.equal(proof.altered?.event?.actor, OWNER.name);
    assert.ok((proof.altered?.event?.at ?? 0) > 0);
    await back.close();
    await again.api.close();
  }
});

test("a server that has lost events: the first that it lost is named", async () => {
  const api = await longApi(20);
  const head = await headOf(api);
  const seat = await desktopAt(api, { check });
  await untilVerified(seat, head);
  await seat.close();
  await api.api.close();
  cutLog(api.config, api.logId, head - 3);
  const again = await startApi(api.config);
  const line = toServer(api.base);
  line.base = again.base;
  const { folder, stored } = seat;
  const back = await startDesktop({ server: api.base, folder, stored, fetch: line.fetch, check });
  const { proof } = await back.until(({ needs, proof }) => needs === "behind" && proof.behind !== null);
  assert.deepEqual([proof.behind?.signed, proof.behind?.first], [head, head - 2]);
  assert.equal(proof.behind?.event?.actor, OWNER.name);
  await back.close();
  await again.api.close();
});

test("a planned rotation of the key is followed without a question", async () => {
  const api = await longApi(3);
  const head = await headOf(api);
  const seat = await desktopAt(api, { check });
  const before = (await untilVerified(seat, head)).proof.key;
  await seat.close();
  await api.api.close();
  await succeeds(api.config, "key", "rotate", "--days", "0"); // without a time in which both sign
  const again = await startApi(api.config);
  const line = toServer(api.base);
  line.base = again.base;
  const { folder, stored } = seat;
  const back = await startDesktop({ server: api.base, folder, stored, fetch: line.fetch, check });
  const { needs, error, proof } = await back.until(({ proof }) => proof.key?.how === "successor");
  assert.deepEqual([needs, error, proof.otherKey, proof.altered], [null, null, null, null]);
  assert.notEqual(proof.key?.fingerprint, before?.fingerprint);
  await back.ask("pullFromServer");
  assert.equal(back.desktop.status.proof.verified?.seq, head);
  await back.close();
  await again.api.close();
});

test("after a restore from a backup, the signed note says what is lost, and the desktop agrees to the rest", async () => {
  const api = await longApi(5);
  const backedUp = await headOf(api);
  const path = join(dirname(api.config.dataFolder), "backup.tar");
  await succeeds(api.config, "backup", path);
  await registerClients(api, "Lost Ltd", "Gone Ltd");
  const head = await headOf(api);
  const seat = await desktopAt(api, { check });
  await untilVerified(seat, head);
  await seat.close();
  await api.api.close();
  const config = newConfig();
  cpSync(dirname(signedPairsPath(api.config)), dirname(signedPairsPath(config)), { recursive: true });
  await succeeds(config, "restore", path);
  const again = await startApi(config);
  const line = toServer(api.base);
  line.base = again.base;
  const { folder, stored } = seat;
  const back = await startDesktop({ server: api.base, folder, stored, fetch: line.fetch, check });
  if ((await back.until(({ needs }) => needs !== null)).needs === "login") await back.ask("login", LOGIN);
  const { proof } = await back.until(({ needs, proof }) => needs === "agreement" && proof.restored !== null);
  assert.deepEqual([proof.restored?.upTo, proof.restored?.lost, proof.altered], [backedUp, head - backedUp, null]);
  await back.ask("pullAfresh");
  await back.until(({ needs, proof }) => needs === null && proof.verified?.seq === backedUp);
  await back.close();
  await again.api.close();
});

test("two servers that show two desktops two histories are convicted by what the desktops saved", async () => {
  const api = await longApi(3);
  await api.api.close();
  const evidence: { text: string; keys: string[] }[] = [];
  for (const name of ["Ada Ltd", "Bob Ltd"]) {
    const dataFolder = `${api.config.dataFolder}-${name.slice(0, 3)}`;
    cpSync(api.config.dataFolder, dataFolder, { recursive: true });
    const server = await startApi({ ...api.config, dataFolder });
    const { token } = await logIn(server.base, OWNER.email);
    const client = { name, address: { country: "GB" } };
    const added = await call(server.base, "POST", "/api/clients", client, { token });
    assert.equal(added.status, 200, added.text);
    const seat = await startDesktop({ server: server.base, check });
    await seat.ask("login", LOGIN);
    await untilVerified(seat, Number(added.body["seq"]));
    const { text } = await seat.ask("exportEvidence");
    evidence.push({ text, keys: JSON.parse(text).keys[0].verifiers });
    await seat.close();
    await server.api.close();
  }
  const saved = evidence.flatMap(({ text, keys }, n) =>
    readCheckpoints(text, { name: `desktop ${n}`, keys: keys.map(parseVerifierKey), log: api.logId }),
  );
  const { contradictions } = await compareCheckpoints(saved, null);
  assert.ok(contradictions.length >= 1);
});
