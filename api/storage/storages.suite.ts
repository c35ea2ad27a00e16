/** The storages that the API has, for tests that must hold on each: embedded, and MongoDB where there is one. */
import { describe } from "node:test";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";
import type { ApiOptions } from "../server.ts";

/** Runs these tests against a new API with these options on each storage. Call it at the top of a file, and await it. */
export async function onEachStorage(tests: (running: RunningApi) => void, options: ApiOptions = {}): Promise<void> {
  const embedded = await runApi({}, options);
  const url = await sharedMongoUrl();
  const onMongo = url === null ? null : await runApi({ mongoUrl: temporaryDatabases(url).newDatabase() }, options);
  describe("on embedded storage", () => tests(embedded));
  describe("on MongoDB", { skip: onMongo ? false : "no MongoDB server" }, () => {
    if (onMongo) tests(onMongo);
  });
}
