/** `invoify` and a real API whose storage was altered: it goes on with the events, names the altered one, and exits with 1. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { does, invoify } from "../../projector/invoify/invoify.suite.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";
import { startApi } from "../sessions/people.suite.ts";
import { cutLog } from "./spoil.suite.ts";

const folder = temporaryFolder();
let folders = 0;

async function longApi(): Promise<RunningApi> {
  const api = await runApi();
  for (let n = 0; n < 270; n++)
    await api.send("POST", "/api/clients", {
      name: `Client ${String(n).padStart(3, "0")}`,
      address: { country: "GB" },
    });
  await (await api.call("/api/log/proof/270")).text(); // signs them
  return api;
}

/** Changes a letter of a client's name in the database. @returns the event */
function rename({ config, logId }: RunningApi, from: string): number {
  const db = new Database(join(config.dataFolder, "logs", `${logId}.sqlite`));
  const rows = db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM event").all();
  const { seq, body } = rows.find(({ body }) => body.includes(from)) ?? assert.fail(from);
  body.write("Klient", body.indexOf(from));
  db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(body, seq);
  db.close();
  return seq;
}

const envOf = ({ token }: RunningApi) => ({ env: { INVOIFY_TOKEN: token } });

test("verify and sync name an altered event, if the server knows of it, and if it does not", async () => {
  for (const [name, notices] of [
    ["Client 050", true],
    ["Client 050", false],
    ["Client 269", true],
  ] as const) {
    const api = await longApi();
    const to = join(folder, String(++folders));
    await does(["sync", "--from", api.base, "--to", to], envOf(api));
    await api.api.close();
    const seq = rename(api, name);
    const { base, api: again } = await startApi(api.config);
    if (notices)
      for (const path of ["000", "001.p/16"])
        await (
          await fetch(`${base}/api/log/tile/entries/${path}`, { headers: { authorization: `Bearer ${api.token}` } })
        ).text();
    const verified = await invoify(["verify", base], envOf(api));
    assert.equal(verified.exitCode, 1, verified.stderr);
    if (name === "Client 050") {
      assert.match(verified.stderr, new RegExp(`event ${seq}: is (?:not the one|the first that is not)`));
      assert.match(verified.stdout, /every event can be folded/);
    }
    if (notices) {
      const synced = await invoify(["sync", "--from", base, "--to", to], envOf(api));
      assert.equal(synced.exitCode, 1, `${name}: ${synced.stderr}`);
      assert.match(synced.stderr, new RegExp(`event ${seq} is the first that differs`));
    }
    await again.close();
  }
});

test("verify goes on with the events of a server that lost some of those that it signed", async () => {
  const api = await longApi();
  await api.api.close();
  cutLog(api.config, api.logId, 200);
  const { base, api: again } = await startApi(api.config);
  const { exitCode, stdout, stderr } = await invoify(["verify", base], envOf(api));
  assert.equal(exitCode, 1);
  assert.match(stdout, /size +200/);
  assert.match(stderr, /signs nothing.*checked without its signed checkpoint/);
  await again.close();
});
