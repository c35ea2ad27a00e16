/** Workers in processes of their own, killed at the worst moments, and started again by their shell. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../fixtures/data/random.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { until } from "../../fixtures/tests/until.ts";
import { openCacheForReading } from "../../projector/cache/cache.ts";
import { digestOf } from "../../projector/cache/digest.ts";
import { rebuildCache } from "../../projector/rebuild/rebuild.ts";
import type { StoredTokens } from "../contract/channel.ts";
import type { SyncStatus } from "../contract/contract.ts";
import { forkWorker } from "../shell/fork-worker.ts";
import { WorkerLink } from "../shell/worker-link.ts";
import { headOf, OWNER, type RunningApi, registerClients, runApi } from "../worker/sync/desktop.suite.ts";

const KILLS = pickCount({ usual: 5, long: 12 });
const LOGIN = { email: OWNER.email, password: OWNER.password };
const parent = temporaryFolder();
let folders = 0;

interface Shell {
  link: WorkerLink;
  folder: string;
  stored: StoredTokens[];
  /** The process id of the current worker. */
  pid: () => number;
  ask(name: string, argument?: object): Promise<unknown>;
  until(isExpected: (status: SyncStatus) => boolean): Promise<SyncStatus>;
}

async function startShell(server: string): Promise<Shell> {
  const folder = join(parent, `shell-${++folders}`);
  const stored: StoredTokens[] = [];
  let pid = 0;
  const link = new WorkerLink({
    spawn() {
      const worker = forkWorker();
      pid = worker.pid;
      return worker;
    },
    start: { folder, server, tokens: null, appVersion: "1.2.3" },
    async storeTokens(tokens) {
      if (tokens) stored.push(tokens);
    },
    restartMs: { first: 5, longest: 50 },
  });
  await link.start();
  after(() => link.close());
  const ask = async (name: string, argument: object = {}) => {
    const answer = await link.call(name, argument);
    assert.ok(answer.ok, answer.ok ? "" : `${name}: ${answer.failure.message}`);
    return answer.value;
  };
  return {
    link,
    folder,
    stored,
    pid: () => pid,
    ask,
    async until(isExpected) {
      let last = "";
      return await until(
        () => `another status than ${last}`,
        async () => {
          const reply = await link.call("getStatus", {});
          last = JSON.stringify(reply);
          return reply.ok && isExpected(reply.value as SyncStatus) && (reply.value as SyncStatus);
        },
      );
    },
  };
}

async function expectedDigest({ organization }: RunningApi): Promise<string> {
  const path = join(parent, `expected-${++folders}.sqlite`);
  await rebuildCache(path, organization.log);
  return digestIn(path);
}

function digestIn(path: string): string {
  const db = openCacheForReading(path);
  try {
    return digestOf(db).digest;
  } finally {
    db.close();
  }
}

test("a worker that is killed repeatedly during syncs ends with the same cache", async (t) => {
  const api = await runApi();
  const names = Array.from({ length: 400 }, (_, n) => `Client ${n}`);
  for (let n = 0; n < names.length; n += 40)
    await Promise.all(names.slice(n, n + 40).map((name) => registerClients(api, name)));
  const shell = await startShell(api.base);
  await shell.ask("login", LOGIN);
  const random = new Random("kills");
  for (let kill = 0; kill < KILLS; kill++) {
    const before = shell.pid();
    const writing = registerClients(api, `During kill ${kill}`); // so that there is something to fetch
    await sleep(random.int(0, 30));
    process.kill(before, "SIGKILL");
    await writing;
    await shell.until(({ phase }) => shell.pid() !== before && (phase === "pulling" || random.chance(0.5)));
  }
  const head = await headOf(api);
  await shell.until(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  await shell.link.close();
  assert.equal(digestIn(join(shell.folder, "invoify.sqlite")), await expectedDigest(api));
  t.diagnostic(`${KILLS} kills, ${head} events`);
});

test("a call to a worker that dies is answered, and the next worker continues with the same login", async () => {
  const api = await runApi();
  const shell = await startShell(api.base);
  await shell.ask("login", LOGIN);
  await shell.until(({ initialized, phase }) => initialized && phase === "idle");
  const before = shell.pid();
  process.kill(before, "SIGSTOP");
  const call = shell.link.call("getOverview", {});
  process.kill(before, "SIGKILL");
  const answer = await call;
  assert.ok(!answer.ok && answer.failure.code === "WORKER_GONE");
  await registerClients(api, "Written meanwhile");
  const head = await headOf(api);
  const { needs } = await shell.until(({ checkpoint }) => checkpoint === head);
  assert.equal(needs, null, "the user does not have to log in again");
  assert.ok(shell.stored.length >= 1);
});

test("two desktops see each other's writes", async () => {
  const api = await runApi();
  const shells = await Promise.all([startShell(api.base), startShell(api.base)]);
  for (const shell of shells) await shell.ask("login", LOGIN);
  await registerClients(api, "Seen by both");
  const head = await headOf(api);
  for (const shell of shells) {
    await shell.until(({ checkpoint }) => checkpoint === head);
    const { rows } = (await shell.ask("listClients", { q: "seen" })) as { rows: { name: string }[] };
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["Seen by both"],
    );
  }
});
