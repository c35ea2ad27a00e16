/** The server's clock jumps: `at` never goes back, and no event is written whose time is far from the database's clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { call } from "../sessions/people.suite.ts";
import { onEachStorage } from "../storage/storages.suite.ts";
import { Acknowledgements, assertRetryable, registration } from "./bad-days.suite.ts";

const HOUR_MS = 3_600_000;
const clock = { aheadMs: 0 };

await onEachStorage(
  ({ base, token, organization }) => {
    const write = () => call(base, "POST", "/api/clients", registration().body, { token });

    test("a clock that jumps back and forward a little: all events are written, in order", async () => {
      const acks = new Acknowledgements();
      for (const aheadMs of [0, 20_000, -20_000, 5_000, -25_000, 0]) {
        clock.aheadMs = aheadMs;
        for (let n = 0; n < 3; n++) await acks.insist(() => base, token, registration());
      }
      assert.equal(acks.retries, 0);
      await acks.check(organization.log);
    });

    for (const [how, jumpMs] of Object.entries({ forward: HOUR_MS, back: -HOUR_MS }))
      test(`a clock that jumps ${how} an hour: 503 CLOCK_SKEW until it is right again, and reads still work`, async () => {
        clock.aheadMs = 0;
        assert.equal((await write()).status, 200);
        clock.aheadMs = jumpMs;
        for (const response of await Promise.all([write(), write(), write()])) {
          assertRetryable(response);
          assert.equal(response.body.code, "CLOCK_SKEW");
        }
        assert.equal((await call(base, "GET", "/api/clients", undefined, { token })).status, 200);
        clock.aheadMs = 0;
        assert.equal((await write()).status, 200);
        await new Acknowledgements().check(organization.log);
      });

    test("a clock that drifts is refused once it is a minute off, however small its steps", async () => {
      clock.aheadMs = 0;
      assert.equal((await write()).status, 200);
      for (const aheadMs of [15_000, -50_000, 55_000]) {
        clock.aheadMs = aheadMs;
        assert.equal((await write()).status, 200);
      }
      clock.aheadMs = 70_000;
      assertRetryable(await write());
      clock.aheadMs = 0;
    });
  },
  { writer: { clock: () => Date.now() + clock.aheadMs } },
);
