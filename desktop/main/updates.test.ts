/**
 * Updates with electron-updater's own code and a feed on loopback, up to the start of the installer. No installer runs, and
 * PowerShell, which checks signatures, is a stand-in.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { ElectronHttpExecutor } from "electron-updater/out/electronHttpExecutor.js";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { UpdateState } from "../contract/electron-bridge.ts";
import { PUBLISHER } from "../package/publisher.ts";
import { type Feed, fakePowerShell, startFeed, writeFeedConfig } from "./feed.suite.ts";
import { openUpdater, signatureProblem } from "./updater.ts";
import { Updates } from "./updates.ts";

const parent = temporaryFolder();
const tools = join(parent, "tools");
let folders = 0;

/** Electron's executor, with Node's requests. */
class NodeExecutor extends ElectronHttpExecutor {
  override createRequest(options: object, callback: (response: never) => void) {
    return request(options, callback as never) as never;
  }
}

interface App {
  updates: Updates;
  folder: string;
  notes: string[];
  states: UpdateState[];
  /** Installers that were started, with their arguments. */
  started: string[][];
  quits: number;
  unsaved: UpdateState["waitsFor"];
}

/** An installed app. */
function appAt(
  feed: Feed,
  { version = "1.2.3", folder = join(parent, `app-${++folders}`), publisher = PUBLISHER as string | null } = {},
): App {
  const config = writeFeedConfig(folder, feed, publisher);
  const app: App = { folder, notes: [], states: [], started: [], quits: 0, unsaved: null } as unknown as App;
  const updater = openUpdater({
    config,
    onNote: (text) => app.notes.push(text),
    app: {
      version,
      name: "Invoify",
      isPackaged: true,
      appUpdateConfigPath: config,
      userDataPath: folder,
      baseCachePath: join(folder, "downloads"),
      whenReady: async () => {},
      relaunch() {},
      quit() {},
      onQuit() {},
    },
  });
  if (updater)
    Object.assign(updater, {
      httpExecutor: new NodeExecutor(),
      spawnLog: async (program: string, args: string[]) => void app.started.push([program, ...args]),
    });
  app.updates = new Updates({
    updater,
    folder,
    version,
    unsaved: async () => app.unsaved,
    onState: (state) => app.states.push(state),
    quit: () => app.quits++,
    onNote: (text) => app.notes.push(text),
  });
  return app;
}

async function end({ updates }: App): Promise<void> {
  await updates.prepareQuit();
  updates.finishQuit();
}

test("an update is found, downloaded, and installed when the app quits", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  feed.publish({ version: "1.3.0" });
  const app = appAt(feed);
  await app.updates.check();
  assert.deepEqual(app.updates.state.ready, { version: "1.3.0" }, app.notes.join("\n"));
  assert.deepEqual(app.started, [], "not while the user works");
  await end(app);
  const [[program = "", ...args] = []] = app.started;
  assert.match(program, /Invoify-Setup-1\.3\.0\.exe$/);
  assert.ok(existsSync(program));
  assert.deepEqual(args, ["--updated", "/S"]);
});

test("the app starts again after an installation that the user has requested", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  feed.publish({ version: "1.3.0" });
  const app = appAt(feed);
  await app.updates.install();
  assert.equal(app.quits, 0, "there is nothing to install yet");
  await app.updates.check();
  await app.updates.install();
  assert.equal(app.quits, 1);
  await end(app);
  assert.deepEqual(app.started[0]?.slice(1), ["--updated", "/S", "--force-run"]);
});

test("the same release and an older one are no updates", async () => {
  const feed = await startFeed();
  const app = appAt(feed);
  for (const version of ["1.2.3", "1.2.2"]) {
    feed.publish({ version });
    await app.updates.check();
  }
  assert.equal(app.updates.state.ready, null);
  assert.deepEqual(
    feed.requests.filter((name) => name.endsWith(".exe")),
    [],
  );
  await end(app);
  assert.deepEqual(app.started, []);
});

test("an installer with a wrong hash is refused and deleted", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  feed.publish({ version: "1.3.0", sha512: Buffer.alloc(64, 7).toString("base64") });
  const app = appAt(feed);
  await app.updates.check();
  assert.ok(feed.requests.includes("Invoify-Setup-1.3.0.exe"));
  assert.match(app.notes.join("\n"), /sha512 checksum mismatch/);
  assert.equal(app.updates.state.ready, null);
  await end(app);
  assert.deepEqual(app.started, []);
  const installers = readdirSync(app.folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".exe"),
  );
  assert.deepEqual(installers, []);
});

for (const [what, signer] of [
  ["with another signer", "CN=Another Signer, O=Another, L=Zürich, S=Zürich, C=CH"],
  ["of another company with the same common name", PUBLISHER.replace("O=Invoify", "O=Invoify Ltd")],
  ["of a company of that name in another country", PUBLISHER.replace("C=CH", "C=PA")],
  ["with the common name only", "CN=Invoify"],
  ["whose signature cannot be checked", null],
] as const)
  test(`an installer ${what} is refused`, async () => {
    fakePowerShell(tools, signer);
    const feed = await startFeed();
    feed.publish({ version: "1.3.0" });
    const app = appAt(feed);
    await app.updates.check();
    assert.match(app.notes.join("\n"), /not signed by the application owner/);
    assert.equal(app.updates.state.ready, null);
    await end(app);
    assert.deepEqual(app.started, []);
  });

test("signatureProblem() refuses what electron-updater lets pass unchecked", async () => {
  const skips: typeof signatureProblem extends (path: string, verify?: infer V) => unknown ? V : never = async (
    _,
    __,
    logger,
  ) => {
    logger.warn("Cannot execute ConvertTo-Json: Ignoring signature validation due to unsupported powershell version.");
    return null;
  };
  assert.match((await signatureProblem("x.exe", skips)) ?? "", /Ignoring/);
  for (const warning of [
    "Signature validated using only CN Invoify.",
    "missing data.Path. Skipping this step of validation.",
  ])
    assert.equal(
      await signatureProblem("x.exe", async (_, __, logger) => {
        logger.warn(warning);
        return null;
      }),
      warning,
    );
  assert.equal(await signatureProblem("x.exe", async () => null), null);
});

test("an older release in the feed is not offered, even if it is signed", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  for (const version of ["1.2.2", "1.2.3", "1.2.3-beta.1"]) {
    feed.publish({ version });
    const app = appAt(feed);
    await app.updates.check();
    assert.equal(app.updates.state.ready, null, version);
  }
  assert.ok(!feed.requests.some((name) => name.endsWith(".exe")), `${feed.requests}`);
});

test("a feed without a publisher is not used", async () => {
  const feed = await startFeed();
  feed.publish({ version: "1.3.0" });
  const app = appAt(feed, { publisher: null });
  await app.updates.check();
  assert.deepEqual(feed.requests, []);
  assert.match(app.notes.join(), /names no publisher/);
});

for (const waitsFor of ["input", "answer"] as const)
  test(`an update waits for ${waitsFor === "input" ? "unsent input" : "a write without a response"}, says so, and is installed later`, async () => {
    fakePowerShell(tools, PUBLISHER);
    const feed = await startFeed();
    feed.publish({ version: "1.3.0" });
    const app = appAt(feed);
    app.unsaved = waitsFor;
    await app.updates.check();
    await app.updates.install();
    assert.equal(app.quits, 0);
    assert.equal(app.states.at(-1)?.waitsFor, waitsFor);
    await end(app);
    assert.deepEqual(app.started, [], "nor when the app quits");
    const next = appAt(feed, { folder: app.folder });
    await next.updates.check();
    await next.updates.install();
    assert.equal(next.updates.state.waitsFor, null);
    await end(next);
    assert.equal(next.started.length, 1);
  });

test("a new release shows its notes once", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  feed.publish({ version: "1.3.0", notes: "Credit notes in parts.\nFaster lists." });
  const app = appAt(feed);
  assert.equal(app.updates.state.notes, null);
  await app.updates.check();
  assert.equal(app.updates.state.notes, null, "not before the installation");
  const older = appAt(feed, { folder: app.folder });
  assert.equal(older.updates.state.notes, null, "the update was not installed");
  for (let start = 1; start <= 2; start++) {
    const newer = appAt(feed, { folder: app.folder, version: "1.3.0" });
    assert.deepEqual(newer.updates.state.notes, { version: "1.3.0", notes: "Credit notes in parts.\nFaster lists." });
    if (start === 2) newer.updates.notesSeen();
    if (start === 2) assert.equal(newer.states.at(-1)?.notes, null);
  }
  assert.equal(appAt(feed, { folder: app.folder, version: "1.3.0" }).updates.state.notes, null);
});

test("an unreachable feed is noted in the log, and the next check finds the update", async () => {
  fakePowerShell(tools, PUBLISHER);
  const feed = await startFeed();
  const app = appAt(feed);
  await app.updates.check();
  assert.match(app.notes.join("\n"), /update:/);
  feed.publish({ version: "1.3.0" });
  await app.updates.check();
  assert.deepEqual(app.updates.state.ready, { version: "1.3.0" });
});
