/** The API's kinds of storage, for tests that must pass on each: embedded, and MongoDB if a server is available. */
import { describe } from "node:test";
import { keyFileText, newKeyFile } from "../../events/proofs/server-key.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";
import type { ApiOptions } from "../server.ts";

/** Runs tests against a new API on each kind of storage. Call and await it at the top level of a test file. */
export async function onEachStorage(tests: (running: RunningApi) => void, options: ApiOptions = {}): Promise<void> {
  const embedded = await runApi({}, options);
  const url = await sharedMongoUrl();
  const signingKey = keyFileText(newKeyFile(Date.now()));
  const onMongo =
    url === null ? null : await runApi({ mongoUrl: temporaryDatabases(url).newDatabase(), signingKey }, options);
  describe("on embedded storage", () => tests(embedded));
  describe("on MongoDB", { skip: onMongo ? false : "no MongoDB server" }, () => {
    if (onMongo) tests(onMongo);
  });
}
