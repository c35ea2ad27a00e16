/** What every store of accounts promises: run on each of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Account, type Accounts, type EmailClaim, type Family, MAX_FAMILIES } from "./accounts.ts";

const USER = { logId: "log-1", userEventId: "user-1" };
/** The same event's id in another log: ids are unique in their log only. */
const NAMESAKE = { logId: "log-2", userEventId: "user-1" };
const ACCOUNT: Account = { ...USER, passwordHash: "hash-1", link: null };
const LINK = { hash: "link-1", expiresAtMs: 5 };

function family(id: string, more: Partial<Family> = {}): Family {
  return { ...USER, id, sessions: 0, generation: 1, used: null, startedAtMs: 100, expiresAtMs: 200, ...more };
}

/** @param openPair two connections to one new store, as two processes have them */
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

  each("add() adds a user's account once, and leaves the one that is there", async (one, other) => {
    assert.equal(await one.find(USER), null);
    assert.equal(await one.add(ACCOUNT), true);
    assert.equal(await other.add({ ...ACCOUNT, passwordHash: "hash-2" }), false);
    assert.deepEqual(await other.find(USER), ACCOUNT);
  });

  each("two logs that use the same id do not meet", async (one) => {
    await one.add(ACCOUNT);
    assert.equal(await one.find(NAMESAKE), null);
    assert.equal(await one.setLink(NAMESAKE, LINK), false);
    assert.equal(await one.changePassword(NAMESAKE, { from: "hash-1", to: "hash-2" }), false);
    assert.equal(await one.add({ ...ACCOUNT, ...NAMESAKE }), true);
    await one.addFamily(family("a"));
    await one.endFamiliesOf(NAMESAKE, null);
    assert.ok(await one.findFamily("a"));
  });

  each("useLink() takes a link once, whoever is first", async (one, other) => {
    await one.add({ ...ACCOUNT, passwordHash: null });
    assert.equal(await one.setLink(USER, LINK), true);
    assert.deepEqual((await other.findByLink("link-1"))?.link, LINK);
    const taken = await Promise.all([one.useLink("link-1", "hash-a"), other.useLink("link-1", "hash-b")]);
    assert.deepEqual(taken.toSorted(), [false, true]);
    const account = await one.find(USER);
    assert.deepEqual(account, { ...ACCOUNT, passwordHash: taken[0] ? "hash-a" : "hash-b" });
    assert.equal(await one.findByLink("link-1"), null);
  });

  each("setLink() puts the link before out of use", async (one, other) => {
    await one.add({ ...ACCOUNT, link: LINK });
    await other.setLink(USER, { hash: "link-2", expiresAtMs: 6 });
    assert.equal(await one.useLink("link-1", "hash-a"), false);
    assert.equal(await one.useLink("link-2", "hash-a"), true);
  });

  each("changePassword() changes the one that was seen, and closes the link", async (one, other) => {
    await one.add({ ...ACCOUNT, link: LINK });
    assert.equal(await one.changePassword(USER, { from: "hash-0", to: "hash-2" }), false);
    const change = (to: string) => ({ from: "hash-1", to });
    const done = await Promise.all([
      one.changePassword(USER, change("hash-2")),
      other.changePassword(USER, change("hash-3")),
    ]);
    assert.deepEqual(done.toSorted(), [false, true]);
    assert.deepEqual(await one.find(USER), { ...ACCOUNT, passwordHash: done[0] ? "hash-2" : "hash-3" });
    assert.equal(await one.useLink("link-1", "hash-4"), false);
  });

  each("putClaim() makes a claim in place of the one that was seen", async (one, other) => {
    const claim: EmailClaim = { ...USER, email: "a@b", claimedAtMs: 1 };
    const rival: EmailClaim = { ...NAMESAKE, email: "a@b", claimedAtMs: 2 };
    assert.equal(await one.findClaim("a@b"), null);
    const made = await Promise.all([one.putClaim(claim, null), other.putClaim(rival, null)]);
    assert.deepEqual(made.toSorted(), [false, true]);
    const held = made[0] ? claim : rival;
    assert.deepEqual(await one.findClaim("a@b"), held);
    assert.equal(await one.putClaim(claim, { ...held, claimedAtMs: 9 }), false);
    assert.equal(await one.putClaim(claim, { ...held, userEventId: "user-9" }), false);
    assert.equal(await one.putClaim({ ...held, claimedAtMs: 3 }, held), true);
    assert.equal(await other.putClaim(rival, held), false);
    assert.deepEqual(await other.findClaim("a@b"), { ...held, claimedAtMs: 3 });
  });

  each("advanceFamily() goes on by one generation, whoever is first", async (one, other) => {
    await one.addFamily(family("a"));
    const to = (used: string) => ({ generation: 2, used, expiresAtMs: 300 });
    const done = await Promise.all([one.advanceFamily("a", to("x")), other.advanceFamily("a", to("y"))]);
    assert.deepEqual(done.toSorted(), [false, true]);
    assert.deepEqual(await one.findFamily("a"), family("a", to(done[0] ? "x" : "y")));
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

  each("endFamiliesOf() ends a user's families, but for one", async (one, other) => {
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

  each("addFamily() removes what is over, and what was used longest ago beyond the limit", async (one) => {
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
