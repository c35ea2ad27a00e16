/** The packed worker and its SQLite on Node for Windows, with a real API. Also runs our storage tests there. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { extractAll } from "@electron/asar";
import { OWNER, runApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { until } from "../../fixtures/tests/until.ts";
import { openCacheForReading } from "../../projector/cache/cache.ts";
import { digestOf } from "../../projector/cache/digest.ts";
import type { Argument, CallName } from "../contract/arguments.ts";
import type { FromWorker, ToWorker } from "../contract/channel.ts";
import type { Answers, SyncStatus } from "../contract/contract.ts";
import { WorkerLink, type WorkerProcess } from "../shell/worker-link.ts";
import { registerClients } from "../worker/sync/desktop.suite.ts";
import { packWithStub } from "./packed.suite.ts";
import { startWindowsNode, type WindowsTools, type WineRun, windows, windowsPath, wineTest } from "./wine.suite.ts";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Unpacks the packed app, next to the library that is unpacked already. */
async function unpackedApp(): Promise<string> {
  const resources = join(await packWithStub(), "resources");
  const folder = join(resources, "app");
  extractAll(join(resources, "app.asar"), folder);
  return folder;
}

/** Starts the packed worker on Node for Windows, as the shell sees it. */
function spawner(tools: WindowsTools, worker: string) {
  const runs: WineRun[] = [];
  const spawn = (): WorkerProcess => {
    const sockets = Promise.withResolvers<Socket>();
    const listeners: ((message: FromWorker) => void)[] = [];
    const server: Server = createServer((socket) => {
      createInterface({ input: socket }).on("line", (line) => {
        for (const listener of listeners) listener(JSON.parse(line));
      });
      socket.on("error", () => {}); // it was killed
      sockets.resolve(socket);
    }).listen(0, "127.0.0.1");
    const started = once(server, "listening").then(() => {
      const { port } = server.address() as { port: number };
      const run = startWindowsNode(tools, [windowsPath(at("windows-worker.suite.ts")), `${port}`, windowsPath(worker)]);
      runs.push(run);
      void run.ended.then(() => server.close());
      return run;
    });
    return {
      post: (message: ToWorker) => void sockets.promise.then((socket) => socket.write(`${JSON.stringify(message)}\n`)),
      onMessage: (listener) => void listeners.push(listener),
      onExit: (listener) => void started.then(({ ended }) => ended.then(listener)),
      kill: () => void started.then(({ child }) => child.kill("SIGKILL")),
    };
  };
  return { spawn, runs };
}

wineTest("the packed worker syncs, searches, rebuilds, and continues after a kill", async (_, tools) => {
  const api = await runApi();
  await registerClients(api, "Ada Ltd", "Böb & Søn 株式会社");
  const folder = join(temporaryFolder(), "Ünïcode 数据 folder");
  const worker = join(await unpackedApp(), "worker.cjs");
  const { spawn, runs } = spawner(tools, worker);
  const link = new WorkerLink({
    spawn,
    start: { folder: windowsPath(folder), server: api.base, tokens: null, appVersion: "1.2.3" },
    storeTokens: async () => {},
    onNote: (text) => console.error(text),
  });
  after(() => link.close());
  const ask = async <Name extends CallName>(name: Name, argument: Argument<Name>): Promise<Answers[Name]> => {
    const answer = await link.call(name, argument);
    assert.ok(answer.ok, answer.ok ? "" : `${name}: ${answer.failure.message}\n${runs.at(-1)?.output()}`);
    return answer.value as Answers[Name];
  };
  const untilStatus = async (isExpected: (status: SyncStatus) => boolean) => {
    let last = "";
    await until(
      () => `another status than ${last}\n${runs.at(-1)?.output()}`,
      async () => {
        const reply = await link.call("getStatus", {});
        last = JSON.stringify(reply);
        return reply.ok && isExpected(reply.value as SyncStatus);
      },
    );
  };
  const untilAtHead = async () => {
    const head = await api.organization.log.head();
    await untilStatus(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  };
  await link.start();
  await ask("login", { email: OWNER.email, password: OWNER.password });
  await untilAtHead();
  const { versions, digest } = await ask("getDiagnostics", { digest: true });
  assert.match(versions.system ?? "", /^win32 x64 /);
  assert.match(digest ?? "", /^[0-9a-f]{64}$/);
  const search = async (q: string) => (await ask("listClients", { q })).rows.map(({ name }) => name);
  assert.deepEqual(await search("søn"), ["Böb & Søn 株式会社"]);

  await ask("rebuildCache", {});
  assert.equal((await ask("getDiagnostics", { digest: true })).digest, digest);

  runs[0]?.child.kill("SIGKILL");
  await runs[0]?.ended;
  await registerClients(api, "After the kill");
  await untilAtHead();
  assert.equal(runs.length, 2);
  assert.deepEqual(await search("kill"), ["After the kill"]);
  const last = (await ask("getDiagnostics", { digest: true })).digest;
  await link.close();
  assert.ok(readdirSync(folder).includes("invoify.sqlite"), "the files are in the folder with that name");
  const db = openCacheForReading(join(folder, "invoify.sqlite"));
  assert.equal(digestOf(db).digest, last, "the same cache, read on this system");
  db.close();
});

/** Tests of files, locks, paths and names that must also pass on Windows. (The packed worker above searches.) */
const TEST_FILES = [
  "desktop/main/installation.test.ts",
  "events/sources/sqlite/sqlite-log.test.ts",
  "projector/cache/cache.test.ts",
  "projector/cache/cache-damage.test.ts",
  "projector/rebuild/open-cache.test.ts",
  "projector/rebuild/rebuild-swap.test.ts",
];

/** Skips tests of many events: the disk is the same, and Node is slow on Wine. */
const WITHOUT_LONG = "--test-skip-pattern=/long ranges|far behind/";

/** One test of threads, which Wine starts slowly: a second thread runs, and both files can be swapped. */
const SINGLE_TESTS = [["projector/rebuild/rebuild-thread.test.ts", "makes the same cache"]] as const;

for (const [file, part] of windows ? [...TEST_FILES.map((file) => [file, ""] as const), ...SINGLE_TESTS] : [])
  wineTest(`${file} on Node for Windows`, async (_, tools) => {
    const which = part === "" ? WITHOUT_LONG : `--test-name-pattern=${part}`;
    const args = ["--test", "--experimental-test-isolation=none", "--test-reporter=tap", which];
    const run = startWindowsNode(tools, [...args, windowsPath(at(`../../${file}`))]);
    const code = await run.ended;
    const failed = run.output().match(/^ *not ok .*$(?:\n(?! *(?:not )?ok ).*$){0,30}/gm) ?? [];
    assert.equal(code, 0, `${failed.join("\n").slice(0, 6_000)}\n${run.output().slice(-600)}`);
    assert.match(run.output(), /^# pass [1-9]/m, "the file has tests, and they ran");
  });
