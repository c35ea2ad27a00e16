/** 500 invoices issued at once through two processes on one MongoDB log, one of which is killed midway. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openMongoLog } from "../../events/sources/mongo/open-mongo-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { signUp } from "../sessions/people.suite.ts";
import { Acknowledgements, drafting, issuing, registration, send, writeAtOnce } from "./bad-days.suite.ts";

const INVOICES = 500;
/** The kill may come after the process has sent all responses. Then the test tries again. */
const MAX_ROUNDS = 10;
const serverUrl = await sharedMongoUrl();
const databases = serverUrl === null ? null : temporaryDatabases(serverUrl);
const skip = databases ? false : "NO MONGODB SERVER: two processes on one MongoDB log are not tested";

/** When the process is killed: before its work, or after it but before most of its responses. */
const MOMENTS = {
  "at the first response of the other process": (n: number) => n % 2 === 0,
  "at its own first response": (n: number) => n % 2 === 1,
};

for (const [moment, isKillMoment] of Object.entries(MOMENTS))
  test(`${INVOICES} issues at once, one of two processes killed ${moment}: numbers in a row, each used once`, {
    skip,
  }, async (t) => {
    for (let round = 1; (await issueThroughTwo(t, isKillMoment)) === 0; round++)
      assert.ok(round < MAX_ROUNDS, "it had always sent all responses when it was killed");
  });

/**
 * @param isKillMoment true if the response to this invoice is one that triggers the kill
 * @returns how many issues had no response when the process was killed
 */
async function issueThroughTwo(t: TestContext, isKillMoment: (n: number) => boolean): Promise<number> {
  assert.ok(databases);
  const address = databases.newDatabase();
  const environment = newEnvironment(join(temporaryFolder(), "data"), { MONGODB_URL: address });
  const [killed, other] = await Promise.all([serveProcess(t, environment), serveProcess(t, environment)]);
  const { token, log: logId } = await signUp(other.base);
  const acks = new Acknowledgements();
  const insist = acks.insist.bind(acks, () => other.base, token);
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
  assert.equal(acks.retries, 0);

  // All at once, every second request to the process that is killed.
  const responses = await Promise.all(
    issues.map(async (issue, n) => {
      const response = await send(n % 2 ? killed.base : other.base, token, issue);
      if (response) acks.record(issue, response);
      if (response && isKillMoment(n)) killed.process.kill("SIGKILL");
      return response;
    }),
  );
  const unanswered = responses.filter((response) => response === null).length;
  for (const [n, response] of responses.entries())
    assert.ok(n % 2 || response, "the other process responds to all its requests");

  const log = await openMongoLog(`${address}#${logId}`, { client: databases.client });
  const before = issuedOf(await acks.check(log));
  assert.ok(before >= INVOICES - unanswered && before <= INVOICES);

  // The same keys again, at the remaining process: commands already done get their first response, the rest are done once.
  await Promise.all(issues.map(insist));
  const events = await acks.check(log);
  assert.equal(issuedOf(events), INVOICES);
  assert.equal(events.length, 2 + 1 + 2 * INVOICES);
  t.diagnostic(`${unanswered} had no response, ${before} of ${INVOICES} were issued`);
  return unanswered;
}

function issuedOf(events: Awaited<ReturnType<Acknowledgements["check"]>>): number {
  return events.filter(({ type }) => type === "InvoiceIssued").length;
}
