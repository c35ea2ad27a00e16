import assert from "node:assert/strict";
import { test } from "node:test";
import { DamagedFileError, LogError, type LogErrorCode } from "../../events/errors.ts";
import { CacheError } from "../cache/errors.ts";
import { type OutageOptions, Outages } from "./outages.ts";

function newOutages(options: Partial<OutageOptions> = {}) {
  const notes: string[] = [];
  const outages = new Outages({
    name: "the server",
    isRemote: true,
    canLogIn: true,
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
    pauses: { firstMs: 1, longestMs: 2 },
    ...options,
  });
  return { outages, notes };
}

const failure = (code: LogErrorCode) => new LogError(code, code.toLowerCase());
const noProgress = () => 0;

/** Work that fails with each of these errors, and then succeeds. */
function failing(...errors: Error[]): () => Promise<string> {
  return async () => {
    const error = errors.shift();
    if (error) throw error;
    return "done";
  };
}

test("survive() repeats the work, with one remark for each change of state", async () => {
  const { outages, notes } = newOutages();
  const [down, page] = [failure("UNREACHABLE"), failure("FOREIGN_REPLY")];
  assert.equal(await outages.survive(failing(down, down, page, page, page, down), noProgress), "done");
  assert.deepEqual(notes, [
    "unreachable; retrying",
    "foreign_reply; retrying",
    "unreachable; retrying",
    "the server: reachable again",
  ]);
});

test("survive() without a failure says nothing", async () => {
  const { outages, notes } = newOutages();
  assert.equal(await outages.survive(failing(), noProgress), "done");
  assert.deepEqual(notes, []);
});

test("survive() ends with an error that a repetition cannot change", async () => {
  const cut = [failure("MALFORMED_EVENT"), failure("DAMAGED")];
  const cases: [Error, Partial<OutageOptions>, boolean][] = [
    [failure("FORKED"), {}, false],
    [failure("NOT_A_LOG"), {}, false],
    [failure("UNAUTHORIZED"), {}, true],
    [failure("UNAUTHORIZED"), { canLogIn: false }, false],
    ...cut.flatMap((error): [Error, Partial<OutageOptions>, boolean][] => [
      [error, {}, true],
      [error, { isRemote: false }, false],
    ]),
    [new DamagedFileError("mirror.sqlite", "a bad page"), {}, false],
    [new CacheError("UNAVAILABLE", "disk full"), {}, true],
    [new CacheError("DAMAGED_CACHE", "a bad page"), {}, false],
    [new TypeError("a bug"), {}, false],
  ];
  for (const [error, options, isTemporary] of cases) {
    const outcome = newOutages(options).outages.survive(failing(error), noProgress);
    if (isTemporary) assert.equal(await outcome, "done", error.message);
    else await assert.rejects(outcome, error);
  }
});

test("survive() counts only repetitions without progress", async () => {
  const errors = () => Array.from({ length: 6 }, () => failure("UNREACHABLE"));
  const limited = newOutages({ maxRepetitions: 5 });
  await assert.rejects(limited.outages.survive(failing(...errors()), noProgress), { code: "UNREACHABLE" });
  let progress = 0;
  assert.equal(await newOutages({ maxRepetitions: 2 }).outages.survive(failing(...errors()), () => ++progress), "done");
});

test("survive() ends at once with the signal's reason", async () => {
  const stop = new AbortController();
  const { outages } = newOutages({ signal: stop.signal, pauses: { firstMs: 1e6, longestMs: 1e6 } });
  const outcome = outages.survive(failing(failure("UNREACHABLE")), noProgress);
  setImmediate(() => stop.abort(new Error("enough")));
  await assert.rejects(outcome, /enough/);
});
