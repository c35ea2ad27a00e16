/** The promises of every store of accounts, as tests that run on each one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Account,
  type Accounts,
  type EmailClaim,
  type Family,
  MAX_FAMILIES,
  MAX_NETWORKS,
  NETWORK_SEEN_MS,
} from "./accounts.ts";

const USER = { logId: "log-1", userEventId: "user-1" };
/** The same event id in another log: ids are unique only within their log. */
const NAMESAKE = { logId: "log-2", userEventId: "user-1" };
const ACCOUNT: Account = { ...USER, passwordHash: "hash-1", link: null };
const LINK = { hash: "link-1", expiresAtMs: 5 };

function family(id: string, more: Partial<Family> = {}): Family {
  return { ...USER, id, sessions: 0, generation: 1, used: null, startedAtMs: 100, expiresAtMs: 200, ...more };
}

/** @param openPair opens two connections to one new store, as two processes would */
export function testAccounts(name: string, openPair: () => Promise<[Accounts, Accounts]>): void {
  const each = (title: string, run: (one: Accounts, other: Accounts) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const [one, other] = await openPair();
      try {
        await run(one, other);
      } finally {
        await one.close();
        await other.close();
      }
    });

  each("add() adds a user's account once, and never replaces it", async (one, other) => {
    assert.equal(await one.find(USER), null);
    assert.equal(await one.add(ACCOUNT), true);
    assert.equal(await other.add({ ...ACCOUNT, passwordHash: "hash-2" }), false);
    assert.deepEqual(await other.find(USER), ACCOUNT);
  });

  each("accounts of two logs with the same event id are separate", async (one) => {
    await one.add(ACCOUNT);
    assert.equal(await one.find(NAMESAKE), null);
    assert.equal(await one.setLink(NAMESAKE, LINK), false);
    assert.equal(await one.changePassword(NAMESAKE, { from: "hash-1", to: "hash-2" }), false);
    assert.equal(await one.add({ ...ACCOUNT, ...NAMESAKE }), true);
    await one.addFamily(family("a"));
    await one.endFamiliesOf(NAMESAKE, null);
    assert.ok(await one.findFamily("a"));
  });

  each("useLink() accepts a link once, even from two callers at the same time", async (one, other) => {
    await one.add({ ...ACCOUNT, passwordHash: null });
    assert.equal(await one.setLink(USER, LINK), true);
    assert.deepEqual((await other.findByLink("link-1"))?.link, LINK);
    const results = await Promise.all([one.useLink("link-1", "hash-a"), other.useLink("link-1", "hash-b")]);
    assert.deepEqual(results.toSorted(), [false, true]);
    const account = await one.find(USER);
    assert.deepEqual(account, { ...ACCOUNT, passwordHash: results[0] ? "hash-a" : "hash-b" });
    assert.equal(await one.findByLink("link-1"), null);
  });

  each("setLink() replaces the previous link", async (one, other) => {
    await one.add({ ...ACCOUNT, link: LINK });
    await other.setLink(USER, { hash: "link-2", expiresAtMs: 6 });
    assert.equal(await one.useLink("link-1", "hash-a"), false);
    assert.equal(await one.useLink("link-2", "hash-a"), true);
  });

  each("changePassword() replaces the expected password only, and closes the link", async (one, other) => {
    await one.add({ ...ACCOUNT, link: LINK });
    assert.equal(await one.changePassword(USER, { from: "hash-0", to: "hash-2" }), false);
    const change = (to: string) => ({ from: "hash-1", to });
    const results = await Promise.all([
      one.changePassword(USER, change("hash-2")),
      other.changePassword(USER, change("hash-3")),
    ]);
    assert.deepEqual(results.toSorted(), [false, true]);
    assert.deepEqual(await one.find(USER), { ...ACCOUNT, passwordHash: results[0] ? "hash-2" : "hash-3" });
    assert.equal(await one.useLink("link-1", "hash-4"), false);
  });

  each("putClaim() replaces the expected claim only", async (one, other) => {
    const claim: EmailClaim = { ...USER, email: "a@b", claimedAtMs: 1 };
    const rival: EmailClaim = { ...NAMESAKE, email: "a@b", claimedAtMs: 2 };
    assert.equal(await one.findClaim("a@b"), null);
    const results = await Promise.all([one.putClaim(claim, null), other.putClaim(rival, null)]);
    assert.deepEqual(results.toSorted(), [false, true]);
    const stored = results[0] ? claim : rival;
    assert.deepEqual(await one.findClaim("a@b"), stored);
    assert.equal(await one.putClaim(claim, { ...stored, claimedAtMs: 9 }), false);
    assert.equal(await one.putClaim(claim, { ...stored, userEventId: "user-9" }), false);
    assert.equal(await one.putClaim({ ...stored, claimedAtMs: 3 }, stored), true);
    assert.equal(await other.putClaim(rival, stored), false);
    assert.deepEqual(await other.findClaim("a@b"), { ...stored, claimedAtMs: 3 });
  });

  each("removeClaim() removes the expected claim only", async (one, other) => {
    const claim: EmailClaim = { ...USER, email: "a@b", claimedAtMs: 1 };
    await one.putClaim(claim, null);
    for (const wrong of [{ claimedAtMs: 2 }, { email: "a@c" }, { logId: "log-2" }, { userEventId: "user-2" }])
      assert.equal(await other.removeClaim({ ...claim, ...wrong }), false);
    assert.deepEqual(await one.findClaim("a@b"), claim);
    assert.equal(await other.removeClaim(claim), true);
    assert.equal(await one.findClaim("a@b"), null);
    assert.equal(await one.removeClaim(claim), false);
  });

  each(
    "addNetwork() remembers the networks of a user, and forgets the least recently used ones",
    async (one, other) => {
      const network = (n: number) => ({ network: `net-${n}`, seenAtMs: 1_000 + n });
      assert.equal(await one.hasNetwork(USER, "net-0"), false);
      await Promise.all([one.addNetwork(USER, network(0)), other.addNetwork(USER, network(0))]);
      assert.equal(await other.hasNetwork(USER, "net-0"), true);
      assert.equal(await one.hasNetwork(NAMESAKE, "net-0"), false);
      for (let n = 1; n < MAX_NETWORKS; n++) await one.addNetwork(USER, network(n));
      await other.addNetwork(USER, { network: "net-0", seenAtMs: 1_000 + NETWORK_SEEN_MS });
      await one.addNetwork(USER, network(MAX_NETWORKS));
      const known = Array.from({ length: MAX_NETWORKS + 1 }, (_, n) => one.hasNetwork(USER, `net-${n}`));
      assert.deepEqual(await Promise.all(known), [true, false, ...Array(MAX_NETWORKS - 1).fill(true)]);
    },
  );

  each("advanceFamily() advances by one generation, even with two callers at the same time", async (one, other) => {
    await one.addFamily(family("a"));
    const to = (used: string) => ({ generation: 2, used, expiresAtMs: 300 });
    const results = await Promise.all([one.advanceFamily("a", to("x")), other.advanceFamily("a", to("y"))]);
    assert.deepEqual(results.toSorted(), [false, true]);
    assert.deepEqual(await one.findFamily("a"), family("a", to(results[0] ? "x" : "y")));
    assert.equal(await one.advanceFamily("a", { generation: 4, used: "z", expiresAtMs: 300 }), false);
    assert.equal(await one.advanceFamily("b", to("x")), false);
    assert.deepEqual(
      (await other.findFamilies(["a", "b"])).map(({ id }) => id),
      ["a"],
    );
    await one.endFamily("a");
    assert.equal(await other.findFamily("a"), null);
    await one.endFamily("a");
  });

  each("endFamiliesOf() ends all of a user's families except one", async (one, other) => {
    for (const id of ["a", "b", "c"]) await one.addFamily(family(id));
    await one.addFamily(family("d", NAMESAKE));
    await other.endFamiliesOf(USER, "b");
    const left = await one.findFamilies(["a", "b", "c", "d"]);
    assert.deepEqual(left.map(({ id }) => id).toSorted(), ["b", "d"]);
    await other.endFamiliesOf(USER, null);
    assert.deepEqual(
      (await one.findFamilies(["a", "b", "d"])).map(({ id }) => id),
      ["d"],
    );
  });

  each("addFamily() removes expired families, and the least recently used ones past the limit", async (one) => {
    await one.addFamily(family("over", { expiresAtMs: 150 }));
    await one.addFamily(family("other", NAMESAKE));
    for (let n = 0; n < MAX_FAMILIES; n++)
      await one.addFamily(family(`f${n}`, { startedAtMs: 150, expiresAtMs: 1000 + n }));
    assert.equal(await one.findFamily("over"), null);
    assert.ok(await one.findFamily("f0"));
    await one.addFamily(family("new", { startedAtMs: 151, expiresAtMs: 5000 }));
    assert.equal(await one.findFamily("f0"), null);
    assert.deepEqual((await one.findFamilies(["f1", "new", "other"])).length, 3);
  });
}
