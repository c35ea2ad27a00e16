import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimit, senderOf } from "./rate-limit.ts";

test("RateLimit.take() gives a burst, then one after each refill, and says how long to wait", () => {
  let nowMs = 5_000;
  const limit = new RateLimit({ burst: 3, refillMs: 100 }, () => nowMs);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take("a")),
    [0, 0, 0, 100],
  );
  nowMs += 99;
  assert.equal(limit.take("a"), 1);
  nowMs += 1;
  assert.equal(limit.take("a"), 0);
  assert.equal(limit.take("a"), 100);
  // However long nobody asks, no more than a burst comes together.
  nowMs += 1_000_000;
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take("a")),
    [0, 0, 0, 100],
  );
});

test("RateLimit.giveBack() makes an attempt as if it had not been", () => {
  const limit = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  for (let n = 0; n < 1000; n++) {
    assert.equal(limit.take("a"), 0);
    limit.giveBack("a");
  }
  assert.equal(limit.take("a"), 0);
  assert.equal(limit.take("a"), 100);
});

test("RateLimit keeps keys apart, and no flood of other keys gives one its attempts back", () => {
  const limit = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  limit.take("a");
  for (let n = 0; n < 20_000; n++) limit.take(`other ${n}`);
  assert.equal(limit.take("a"), 100);
  // Two keys share a slot once in 16,384 times: of a hundred, nearly all are apart.
  const fresh = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  const free = Array.from({ length: 100 }, (_, n) => fresh.take(`key ${n}`)).filter((waitMs) => waitMs === 0);
  assert.ok(free.length >= 95, `${free.length}`);
});

test("RateLimit.take() never gives more than the burst and the refills of the time that passed", () => {
  const asked = fc.array(fc.nat(250), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), asked, (burst, gaps) => {
      let nowMs = 1_000;
      const limit = new RateLimit({ burst, refillMs: 100 }, () => nowMs);
      const given: number[] = [];
      for (const gap of gaps) {
        nowMs += gap;
        if (limit.take("a") === 0) given.push(nowMs);
      }
      for (const [n, first] of given.entries())
        for (const [m, last] of given.entries())
          if (m >= n) assert.ok(m - n + 1 <= burst + Math.floor((last - first) / 100), `${given}`);
    }),
  );
});

test("senderOf() is an IPv4 address, or the network of an IPv6 one, however they are written", () => {
  for (const [address, sender] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:2:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8::6", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["", ""],
  ] as const)
    assert.equal(senderOf(address), sender, address);
});
