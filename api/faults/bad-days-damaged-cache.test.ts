/** The server's cache is overwritten, cut or removed while it serves: answers are right or 503, and it gets over it. */
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

/** Pages of SQLite, bytes. */
const PAGE = 4096;
/** Clients in the cache before, so that it has some hundred pages. */
const CLIENTS = 300;
const WRITERS = 4;
/** Rounds of reads that must be answered, one after the other, before the server counts as well. */
const GOOD_ROUNDS = 5;
const MAX_ROUNDS = 500;

/** What happens to the file, and to what SQLite keeps beside it. */
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
  test(`a cache that ${damage} while it serves: answers are right or 503, and it is built anew`, async (t) => {
    const running = await runApi();
    const clients = await fill(running);
    const acks = new Acknowledgements();
    let well = false;
    const writing = writeAtOnce(
      WRITERS,
      () => well,
      () => writeAndLook(running, acks),
    );
    let refused = 0;
    try {
      assert.equal(await readUntilWell(running, clients), 0);
      damageFile(cachePathOf(running));
      refused = await readUntilWell(running, clients);
    } finally {
      well = true;
      await writing;
    }
    const { events, rebuilt } = await checkCache(running, acks);
    t.diagnostic(`${refused} reads were told to try again; the cache of ${events} events was ${rebuilt}`);
  });

test("a cache that is damaged while nobody writes is noticed by those who read, and built anew", async () => {
  const running = await runApi();
  const clients = await fill(running);
  const { organization } = running;
  await organization.read((db) => db.pragma("shrink_memory"));
  overwrite(cachePathOf(running), PAGE, randomBytes);
  truncateSync(`${cachePathOf(running)}-wal`, 0);
  assert.ok((await readUntilWell(running, clients)) > 0, "somebody met the damage");
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

/** Reads clients all over the file until all are answered several times over. @returns how many reads were refused */
async function readUntilWell({ base, token }: RunningApi, clients: ReadonlyMap<number, string>): Promise<number> {
  let refused = 0;
  let good = 0;
  for (let round = 0; good < GOOD_ROUNDS; round++) {
    assert.ok(round < MAX_ROUNDS, "the server does not get over it");
    const answers = await Promise.all(
      [...clients].slice(round % 7).map(async ([id, name], n) => {
        if (n % 7 > 0) return true;
        const answer = await call(base, "GET", `/api/clients/${id}`, undefined, { token });
        if (answer.status === 503) assertRetryable(answer);
        else assert.deepEqual([answer.status, answer.body.name], [200, name], answer.text);
        return answer.status === 200;
      }),
    );
    const wrong = answers.filter((isGood) => !isGood).length;
    refused += wrong;
    good = wrong > 0 ? 0 : good + 1;
  }
  return refused;
}

/** Writes a draft for a new client, issues it, and reads it: what is read is what was written. */
async function writeAndLook({ base, token }: RunningApi, acks: Acknowledgements): Promise<void> {
  const insist = acks.insist.bind(acks, () => base, token);
  const { stream: clientId } = await insist(registration());
  const { stream: id } = await insist(drafting(clientId));
  await insist(issuing(id));
  const answer = await call(base, "GET", `/api/invoices/${id}`, undefined, { token });
  if (answer.status === 503) return assertRetryable(answer);
  assert.equal(answer.status, 200, answer.text);
  const { status, client_id, gross_minor } = answer.body;
  assert.deepEqual({ status, client_id, gross_minor }, { status: "issued", client_id: clientId, gross_minor: 12_000 });
}

/** Checks the log, and that the server's cache, read row by row, is what the log makes. */
async function checkCache({ api, logId, organization: before }: RunningApi, acks: Acknowledgements) {
  const organization = await api.organizations.get(logId);
  assert.ok(organization);
  const events = await acks.check(organization.log);
  const { cache } = await openOrRebuild(join(temporaryFolder(), "rebuilt.sqlite"), organization.log);
  const { digest } = digestOf(cache.db);
  cache.close();
  const look = async () => {
    const now = await api.organizations.get(logId);
    await now?.ensureFresh({ maxAgeMs: 0 });
    return await now?.read((db) => digestOf(db).digest);
  };
  let rebuilt = organization === before ? "not built anew" : "built anew";
  let found: string | undefined;
  try {
    found = await look();
  } catch (error) {
    // A damage that nobody had read yet: now somebody has.
    if (!(error instanceof CacheError)) throw error;
    rebuilt = "built anew when it was read as a whole";
    found = await look();
  }
  assert.equal(found, digest);
  api.organizations.closeUnused(0);
  assert.equal(await look(), digest, "and so it is when it is opened the next time");
  return { events: events.length, rebuilt };
}
