/** Nothing is forgotten: every command is tried twice, and every rule has refused something, in the tests beside this one. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COMMANDS } from "../../events/commands/commands.ts";

const ROOT = join(import.meta.dirname, "../..");

const textOf = (folder: string, wanted: (name: string) => boolean) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(wanted)
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"))
    .join("\n");

const isSource = (name: string) => name.endsWith(".ts") && !/\.(test|suite)\./.test(name);
const tests = textOf("projector", (name) => /^writer.(deciders|writer).*\.test\.ts$/.test(name));

/** Commands that make an event each time that they are given: they begin something, or count. */
const EACH_TIME = new Set([
  "AddUser",
  "EndSessions",
  "RegisterClient",
  "AddItem",
  "DraftInvoice",
  "DraftCreditNote",
  "IssueInvoice", // the second time it is refused
  "ReceivePayment",
]);

test("every command is accepted, and decides nothing the second time unless it begins or counts something", () => {
  for (const command of Object.keys(COMMANDS)) {
    assert.match(tests, new RegExp(`accepts\\(\\s*"${command}"`), `no test accepts ${command}`);
    const again = new RegExp(`decidesNothing\\(\\s*"${command}"`).test(tests);
    assert.equal(again, !EACH_TIME.has(command), `${command} a second time`);
  }
});

test("every rule of the deciders refuses something", () => {
  const sources = textOf("events", isSource) + textOf("projector", isSource);
  const rules = new Set([...sources.matchAll(/new Refusal\(\s*"([A-Z_0-9]+)"/g)].map(([, rule]) => rule));
  assert.ok(rules.size > 40, `${rules.size} rules`);
  const forgotten = [...rules].filter((rule) => !tests.includes(`rule: "${rule}"`));
  assert.deepEqual(forgotten, []);
});
