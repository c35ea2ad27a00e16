import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgressBar } from "./progress.ts";

process.env.TERM = "xterm"; // for any terminal that runs the tests

/** A bar on a screen that records its output, with a clock that is set by hand. */
function newBar(screen: { isTTY?: boolean; columns?: number }, label = "replaying") {
  const written: string[] = [];
  const time = { ms: 0 };
  const write = (text: string) => written.push(text);
  const bar = new ProgressBar(label, { screen: { ...screen, write }, clock: () => time.ms });
  return {
    bar,
    written,
    /** Advances in steps of 100 ms, with `each` events per step. */
    run(steps: number, { from = 0, each = 1000, total = 100_000 as number | null } = {}) {
      for (let n = 1; n <= steps; n++) {
        time.ms += 100;
        bar.update(from + n * each, total);
      }
    },
    last: () => written.at(-1) ?? "",
  };
}

const terminal = { isTTY: true, columns: 100 };
const CLEAR = "\r\u001b[2K";

test("ProgressBar on a terminal redraws one line: bar, count, rate, remaining time", () => {
  const { run, last, written } = newBar(terminal);
  run(50);
  assert.equal(
    last(),
    `${CLEAR}replaying [===============               ]  50 %  50,000 of 100,000  10,000/s  5 s left`,
  );
  assert.equal(written.length, 50);
  assert.ok(written.every((text) => text.startsWith(CLEAR) && !text.includes("\n")));
  run(50, { from: 50_000 });
  assert.match(last(), /\[={30}\] 100 % {2}100,000 of 100,000 {2}10,000\/s {2}0 s left$/);
});

test("ProgressBar draws at most ten times a second", () => {
  const { bar, written, run } = newBar(terminal);
  for (let n = 0; n < 1000; n++) bar.update(n, 1000);
  assert.deepEqual(written, []);
  run(1);
  assert.equal(written.length, 1);
});

test("ProgressBar shows no rate before a second has passed", () => {
  const { run, last } = newBar(terminal);
  run(10);
  assert.match(last(), /10 % {2}10,000 of 100,000$/);
  run(1, { from: 10_000 });
  assert.match(last(), /10,000\/s {2}9 s left$/);
});

test("ProgressBar averages the rate over five seconds", () => {
  const { run, last } = newBar(terminal);
  run(50, { each: 10_000, total: 1_000_000 });
  run(60, { from: 500_000, each: 1000, total: 1_000_000 });
  assert.match(last(), /10,000\/s {2}44 s left$/);
});

test("ProgressBar restarts its rate when the count goes back", () => {
  const { run, last } = newBar(terminal);
  run(30, { each: 10_000, total: 1_000_000 });
  run(20, { each: 1000, total: 20_000 });
  assert.match(last(), /100 % {2}20,000 of 20,000 {2}10,000\/s {2}0 s left$/);
});

test("ProgressBar without a total shows count and rate", () => {
  const { run, last } = newBar(terminal);
  run(20, { total: null });
  assert.equal(last(), `${CLEAR}replaying 20,000 events  10,000/s`);
});

test("ProgressBar stays within a terminal of any width", () => {
  for (const columns of [200, 100, 80, 60, 40, 20, 1]) {
    const { run, written } = newBar({ isTTY: true, columns });
    run(100, { each: 12_345, total: 1_234_500 });
    const longest = Math.max(...written.map((text) => text.length - CLEAR.length));
    assert.ok(longest < columns, `${longest} of ${columns} columns`);
  }
});

test("ProgressBar clears its line at the end, and writes notes above it", () => {
  const { bar, run, written, last } = newBar(terminal);
  run(1);
  bar.note("by the way");
  assert.equal(written.at(-2), `${CLEAR}by the way\n`);
  assert.match(last(), /1,000 of 100,000$/);
  bar.phase("indexes");
  assert.equal(last(), `${CLEAR}replaying: indexes`);
  bar.end();
  assert.equal(last(), CLEAR);
  bar.end();
  assert.equal(written.filter((text) => text === CLEAR).length, 1);
});

test("ProgressBar without a terminal writes a plain line every three seconds", () => {
  const { bar, run, written } = newBar({});
  run(29);
  assert.deepEqual(written, []);
  run(62, { from: 29_000 });
  bar.phase("indexes");
  bar.end();
  assert.deepEqual(written, [
    "replaying: 30,000 of 100,000 events (30 %), 10,000/s, 7 s left\n",
    "replaying: 60,000 of 100,000 events (60 %), 10,000/s, 4 s left\n",
    "replaying: 90,000 of 100,000 events (90 %), 10,000/s, 1 s left\n",
    "replaying: indexes\n",
  ]);
});

test("ProgressBar without a terminal writes nothing about short work", () => {
  const { bar, run, written } = newBar({ isTTY: false });
  run(20);
  bar.phase("indexes");
  bar.end();
  assert.deepEqual(written, []);
});

test("ProgressBar with a total of 0 shows 100 %", () => {
  const { run, last } = newBar(terminal);
  run(1, { each: 0, total: 0 });
  assert.match(last(), /100 % {2}0 of 0$/);
});
