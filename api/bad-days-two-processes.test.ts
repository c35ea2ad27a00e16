/** 500 invoices issued at once through two processes on one MongoDB log, one of which is killed midway. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openMongoLog } from "../events/mongo-log.ts";
import { sharedMongoUrl } from "../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../fixtures/mongodb/temporary-databases.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { Acknowledged, drafting, issuing, registration, send, writeAtOnce } from "./bad-days.suite.ts";
import { found } from "./people.suite.ts";
import { newEnvironment, serveProcess } from "./served-process.suite.ts";

const INVOICES = 500;
/** Answers that the one has given when it is killed. */
const KILL_AFTER = 25;

const serverUrl = await sharedMongoUrl();
const databases = serverUrl === null ? null : temporaryDatabases(serverUrl);
const skip = databases ? false : "NO MONGODB SERVER: two processes on one MongoDB log are not tested";

test(`${INVOICES} issues at once, one of two processes killed midway: numbers in a row, each there once`, {
  skip,
}, async (t) => {
  assert.ok(databases);
  const address = databases.newDatabase();
  const environment = newEnvironment(join(temporaryFolder(), "data"), { MONGODB_URL: address });
  const [killed, other] = await Promise.all([serveProcess(t, environment), serveProcess(t, environment)]);
  const { token, log: logId } = await found(other.base);
  const acknowledged = new Acknowledged();
  const insist = acknowledged.insist.bind(acknowledged, () => other.base, token);
  const { stream: clientId } = await insist(registration());
  const issues: ReturnType<typeof issuing>[] = [];
  let begun = 0;
  await writeAtOnce(
    64,
    () => begun >= INVOICES,
    async () => {
      begun++;
      issues.push(issuing((await insist(drafting(clientId))).stream));
    },
  );
  assert.equal(issues.length, INVOICES);
  assert.equal(acknowledged.retries, 0);

  // All at once, every second one to the process that is killed.
  let answeredByKilled = 0;
  const answers = await Promise.all(
    issues.map(async (issue, n) => {
      const answer = await send(n % 2 ? killed.base : other.base, token, issue);
      if (answer) acknowledged.take(issue, answer);
      if (n % 2 && answer && ++answeredByKilled === KILL_AFTER) killed.process.kill("SIGKILL");
      return answer;
    }),
  );
  const unanswered = answers.filter((answer) => answer === null).length;
  assert.equal(killed.process.signalCode ?? "SIGKILL", "SIGKILL");
  assert.ok(unanswered > 0, "it was killed in the middle of its work");
  for (const [n, answer] of answers.entries()) assert.ok(n % 2 || answer, "the other one answers all that it is asked");

  const log = await openMongoLog(`${address}#${logId}`, { client: databases.client });
  const before = issuedOf(await acknowledged.check(log));
  assert.ok(before >= INVOICES - unanswered && before <= INVOICES);

  // The same keys again, at the one that is left: the first answers, and the rest is done once.
  await Promise.all(issues.map(insist));
  const events = await acknowledged.check(log);
  assert.equal(issuedOf(events), INVOICES);
  assert.equal(events.length, 2 + 1 + 2 * INVOICES);
  t.diagnostic(
    `killed after ${answeredByKilled} answers; ${unanswered} had none, ${before} of ${INVOICES} were issued`,
  );
});

function issuedOf(events: Awaited<ReturnType<Acknowledged["check"]>>): number {
  return events.filter(({ type }) => type === "InvoiceIssued").length;
}
