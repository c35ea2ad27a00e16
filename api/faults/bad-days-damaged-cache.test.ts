/** The server's cache is overwritten, cut or removed while it serves: responses are right or 503, and it recovers. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { digestOf } from "../../projector/cache/digest.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { openOrRebuild } from "../../projector/rebuild/open-cache.ts";
import { foldersOf } from "../config/config.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";
import { call } from "../sessions/people.suite.ts";
import {
  Acknowledgements,
  assertRetryable,
  drafting,
  issuing,
  registration,
  send,
  writeAtOnce,
} from "./bad-days.suite.ts";

/** Page size of SQLite, bytes. */
const PAGE = 4096;
/** Clients in the cache before the damage, so that it has a few hundred pages. */
const CLIENTS = 300;
const WRITERS = 4;
/** Consecutive rounds of successful reads after which the server counts as recovered. */
const GOOD_ROUNDS = 5;
const MAX_ROUNDS = 500;

/** What happens to the file or to SQLite's write-ahead log. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "is overwritten with noise, all but its first page,": (path) => overwrite(path, PAGE, randomBytes),
  "is overwritten with zeros, all but its first page,": (path) => overwrite(path, PAGE, Buffer.alloc),
  "is overwritten with noise, from the beginning,": (path) => overwrite(path, 0, randomBytes),
  "is overwritten with noise, in its write-ahead log,": (path) => overwrite(`${path}-wal`, 0, randomBytes),
  "is cut to half": (path) => truncateSync(path, Math.floor(statSync(path).size / PAGE / 2) * PAGE),
  "is cut to nothing": (path) => truncateSync(path, 0),
  "is removed": (path) => rmSync(path),
  "is removed with its folder": (path) => rmSync(dirname(path), { recursive: true }),
};

for (const [damage, damageFile] of Object.entries(DAMAGES))
  test(`a cache that ${damage} while it serves: responses are right or 503, and the cache is rebuilt`, async (t) => {
    const running = await runApi();
    const clients = await fill(running);
    const acks = new Acknowledgements();
    let recovered = false;
    const writing = writeAtOnce(
      WRITERS,
      () => recovered,
      () => writeAndRead(running, acks),
    );
    let refused = 0;
    try {
      assert.equal(await readUntilRecovered(running, clients), 0);
      damageFile(cachePathOf(running));
      refused = await readUntilRecovered(running, clients);
    } finally {
      recovered = true;
      await writing;
    }
    const { events, rebuilt } = await checkCache(running, acks);
    t.diagnostic(`${refused} reads were refused with 503; the cache of ${events} events was ${rebuilt}`);
  });

test("a cache that is damaged while there are no writes is noticed by reads and rebuilt", async () => {
  const running = await runApi();
  const clients = await fill(running);
  const { organization } = running;
  await organization.read((db) => db.pragma("shrink_memory"));
  overwrite(cachePathOf(running), PAGE, randomBytes);
  truncateSync(`${cachePathOf(running)}-wal`, 0);
  assert.ok((await readUntilRecovered(running, clients)) > 0, "a read hit the damage");
  assert.notEqual(await running.api.organizations.get(running.logId), organization);
  await checkCache(running, new Acknowledgements());
});

function cachePathOf({ config, logId }: RunningApi): string {
  return join(foldersOf(config).caches, "1", `${logId}.sqlite`);
}

function overwrite(path: string, from: number, bytes: (count: number) => Uint8Array): void {
  const count = statSync(path).size - from;
  assert.ok(count > 0, `${path} has ${count + from} bytes`);
  const file = openSync(path, "r+");
  writeSync(file, bytes(count), 0, count, from);
  closeSync(file);
}

/** Registers clients. @returns their names by their numbers */
async function fill({ base, token }: RunningApi): Promise<Map<number, string>> {
  const names = Array.from({ length: CLIENTS }, (_, n) => `Client ${n}`);
  const written = await Promise.all(names.map((name) => send(base, token, registration(name))));
  return new Map(written.map((client, n) => [client?.stream ?? 0, names[n] ?? ""]));
}

/** Reads clients all over the file until several rounds succeed. @returns how many reads were refused */
async function readUntilRecovered({ base, token }: RunningApi, clients: ReadonlyMap<number, string>): Promise<number> {
  let refused = 0;
  let good = 0;
  for (let round = 0; good < GOOD_ROUNDS; round++) {
    assert.ok(round < MAX_ROUNDS, "the server does not recover");
    const successes = await Promise.all(
      [...clients].slice(round % 7).map(async ([id, name], n) => {
        if (n % 7 > 0) return true;
        const response = await call(base, "GET", `/api/clients/${id}`, undefined, { token });
        if (response.status === 503) assertRetryable(response);
        else assert.deepEqual([response.status, response.body.name], [200, name], response.text);
        return response.status === 200;
      }),
    );
    const failures = successes.filter((isGood) => !isGood).length;
    refused += failures;
    good = failures > 0 ? 0 : good + 1;
  }
  return refused;
}

/** Writes a draft for a new client, issues it, and checks that it reads the same data. */
async function writeAndRead({ base, token }: RunningApi, acks: Acknowledgements): Promise<void> {
  const insist = acks.insist.bind(acks, () => base, token);
  const { stream: clientId } = await insist(registration());
  const { stream: id } = await insist(drafting(clientId));
  await insist(issuing(id));
  const response = await call(base, "GET", `/api/invoices/${id}`, undefined, { token });
  if (response.status === 503) return assertRetryable(response);
  assert.equal(response.status, 200, response.text);
  const { status, client_id, gross_minor } = response.body;
  assert.deepEqual({ status, client_id, gross_minor }, { status: "issued", client_id: clientId, gross_minor: 12_000 });
}

/** Checks the log, and that the server's cache has the same digest as a cache rebuilt from the log. */
async function checkCache({ api, logId, organization: before }: RunningApi, acks: Acknowledgements) {
  const organization = await api.organizations.get(logId);
  assert.ok(organization);
  const events = await acks.check(organization.log);
  const { cache } = await openOrRebuild(join(temporaryFolder(), "rebuilt.sqlite"), organization.log);
  const { digest } = digestOf(cache.db);
  cache.close();
  const digestNow = async () => {
    const now = await api.organizations.get(logId);
    await now?.ensureFresh({ maxAgeMs: 0 });
    return await now?.read((db) => digestOf(db).digest);
  };
  let rebuilt = organization === before ? "not rebuilt" : "rebuilt";
  let actual: string | undefined;
  try {
    actual = await digestNow();
  } catch (error) {
    // No earlier request has read the damaged part. This one did.
    if (!(error instanceof CacheError)) throw error;
    rebuilt = "rebuilt when it was read as a whole";
    actual = await digestNow();
  }
  assert.equal(actual, digest);
  api.organizations.closeUnused(0);
  assert.equal(await digestNow(), digest, "the same when it is opened again");
  return { events: events.length, rebuilt };
}
