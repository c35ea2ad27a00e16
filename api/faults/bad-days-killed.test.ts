/** The server is killed again and again while it writes: acknowledged events are there, and no command is done twice. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { foldersOf, readConfig } from "../config/config.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { signUp } from "../sessions/people.suite.ts";
import {
  Acknowledgements,
  drafting,
  issuing,
  registration,
  type SentCommand,
  send,
  writeAtOnce,
} from "./bad-days.suite.ts";

const KILLS = pickCount({ usual: 8, long: 20 });
const CLIENTS = 8;
/** A process is killed at a random time up to this after its first response, ms. */
const LONGEST_LIFE_MS = 150;

test(`a server that is killed ${KILLS} times while ${CLIENTS} clients write loses nothing and does nothing twice`, async (t) => {
  const environment = newEnvironment(join(temporaryFolder(), "data"));
  await leaveCompiledCode(t);
  let server = await serveProcess(t, environment);
  const { token, log: logId } = await signUp(server.base);
  const acks = new Acknowledgements();
  const sent: SentCommand[] = [];
  const insist = async (sending: SentCommand) => {
    sent.push(sending);
    return await acks.insist(() => server.base, token, sending);
  };
  const { stream: clientId } = await insist(registration());

  let kills = 0;
  const killing = (async () => {
    while (kills < KILLS) {
      const before = acks.size;
      while (acks.size === before) await sleep(1);
      await sleep(Math.random() * LONGEST_LIFE_MS);
      await server.kill();
      kills++;
      server = await serveProcess(t, environment);
    }
  })();
  const writing = writeAtOnce(
    CLIENTS,
    () => kills === KILLS,
    async () => {
      const { stream } = await insist(drafting(clientId));
      await insist(issuing(stream));
    },
  );
  await Promise.all([killing, writing]);
  assert.ok(acks.retries > KILLS, "it was killed while it worked");
  assert.equal(acks.size, sent.length);

  const again = await Promise.all(sent.map((sending) => send(server.base, token, sending)));
  for (const [n, response] of again.entries()) {
    const sending = sent[n];
    assert.ok(sending && response);
    acks.record(sending, response); // must equal the first response
  }
  const log = SqliteLog.open(join(foldersOf(readConfig(environment)).logs, `${logId}.sqlite`), { readonly: true });
  const events = await acks.check(log);
  await log.close();
  assert.equal(events.length, 2 + sent.length, "each command is there once");
  t.diagnostic(`${kills} kills, ${sent.length} writes, ${acks.retries} attempts without a response`);
});

/** A server that shuts down normally leaves its compiled code. Later servers then start in half the time. */
async function leaveCompiledCode(t: TestContext): Promise<void> {
  const { process: child } = await serveProcess(t, newEnvironment(join(temporaryFolder(), "data")));
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}
