/**
 * The promises of a log, as tests. Every source runs this suite by calling `conformance(name, harness)` in its test
 * file.
 */
import { describe } from "node:test";
import type { Harness } from "./log-harness.suite.ts";
import { longTests } from "./log-long.suite.ts";
import { processTests } from "./log-processes.suite.ts";
import { readTests } from "./log-read.suite.ts";
import { writeTests } from "./log-write.suite.ts";

export function conformance(name: string, harness: Harness): void {
  describe(`${name}: what every log promises`, () => readTests(harness));
  const { newAddress, long } = harness;
  if (newAddress) {
    describe(`${name}: what a log promises to a writer`, () => writeTests(newAddress));
    describe(`${name}: what a log promises to many processes`, () => processTests(newAddress));
  }
  if (long) describe(`${name}: what a log promises for long ranges`, () => longTests(name, long));
}
