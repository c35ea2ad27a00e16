/** 1,000 long polls open at once on one process while 64 clients write: each responds, and each follower gets every event. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { decodeHeader } from "../../events/encoding/event.ts";
import { HttpLog, splitEvents } from "../../events/sources/http/http-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { call, signUp } from "../sessions/people.suite.ts";
import { Acknowledgements, percentilesOf, registration, writeAtOnce } from "./bad-days.suite.ts";

const POLLS = 1_000;
const CLIENTS = 64;
const WRITES = 96;

test(`${POLLS} long polls on one process while ${CLIENTS} clients write: none misses an event, none waits for too long`, async (t) => {
  const server = await serveProcess(t, newEnvironment(join(temporaryFolder(), "data")));
  const { base, process } = server;
  const { token } = await signUp(base);
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const headers = { authorization: `Bearer ${token}`, "accept-encoding": "identity" };

  const events = 2 + WRITES;
  let opened = 0;
  let responses = 0;
  /** Follows the log from event 2 to its end with long polls only. */
  const follow = async () => {
    let after = 2;
    while (after < events) {
      const response = get(`${base}/api/events?after=${after}&wait=30`, agent, headers);
      opened++;
      const answer = await response;
      // All followers are one user here, whose share of waiting reads can be full on a busy machine. Try again, as desktops do.
      if (answer === null) {
        await setTimeout(1_000);
        continue;
      }
      const { body, head } = answer;
      const bodies = splitEvents(body, `events after ${after}`);
      // On a slow machine the wait may end before an event arrives.
      if (bodies.length === 0) assert.equal(head, after, `a poll after ${after} slept through event ${after + 1}`);
      for (const body of bodies) assert.equal(decodeHeader(body).seq, ++after);
      responses++;
    }
  };
  const following = Promise.all(Array.from({ length: POLLS }, follow));
  while (opened < POLLS || (await call(base, "GET", "/api/health")).status !== 200);

  const acks = new Acknowledgements();
  const durationsMs: number[] = [];
  let sent = 0;
  const writing = writeAtOnce(
    CLIENTS,
    () => sent >= WRITES,
    async () => {
      sent++;
      const startedMs = performance.now();
      await acks.insist(() => base, token, registration());
      durationsMs.push(performance.now() - startedMs);
    },
  );
  await Promise.all([following, writing]);
  assert.equal(acks.retries, 0);
  await acks.check(new HttpLog(base, { token: () => token }));
  t.diagnostic(
    `${WRITES} writes (${percentilesOf(durationsMs)}), ${responses} responses to polls; the server used ${peakOf(process.pid)}`,
  );
});

/** @returns null if the user has too many requests in progress */
function get(
  url: string,
  agent: Agent,
  headers: Record<string, string>,
): Promise<{ body: Buffer; head: number } | null> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, headers }, (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on("data", (part) => parts.push(part)).on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(parts);
        if (response.statusCode === 200) resolve({ body, head: Number(response.headers["invoify-head"]) });
        else if (response.statusCode === 429) resolve(null);
        else reject(new Error(`${response.statusCode}: ${body}`));
      });
    });
    sending.on("error", reject).end();
  });
}

/** The peak memory of a process, if the system reports it. */
function peakOf(pid: number | undefined): string {
  try {
    const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return `${Math.round(Number(kib) / 1024)} MiB at its peak`;
  } catch {
    return "an unknown amount of memory";
  }
}
