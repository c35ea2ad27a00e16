/** The promises of a store of blobs, as tests. Every store runs them by calling `blobStoreTests` in its test file. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { sha256 } from "../hash.ts";
import { openBlobs } from "../sources/open-blobs.ts";
import { type BlobStore, blobText, MAX_BLOB_BYTES, parseBlobName } from "./blob-store.ts";

interface Harness {
  /** The address of a new, empty log. */
  newAddress(): Promise<string>;
  /** Changes the bytes that the store of a log has under a name, as a fault of a disk would, or somebody. */
  alter(address: string, name: Uint8Array, bytes: Uint8Array): Promise<void>;
}

export function blobStoreTests(store: string, { newAddress, alter }: Harness): void {
  const openNew = async (t: TestContext): Promise<[BlobStore, BlobStore, string]> => {
    const address = await newAddress();
    return [await open(t, address), await open(t, address), address];
  };

  describe(`${store}: what every store of blobs promises`, () => {
    test("bytes are found again under their SHA-256, from every process, and are there once", async (t) => {
      const [one, two] = await openNew(t);
      const blobs = [Buffer.alloc(0), Buffer.from([0]), randomBytes(70_000)];
      for (const bytes of blobs) {
        const name = sha256(bytes);
        assert.equal(await two.get(name), null);
        for (const name of await Promise.all([one.put(bytes), two.put(bytes), one.put(bytes)]))
          assert.deepEqual(Buffer.from(name), sha256(bytes));
        assert.deepEqual(Buffer.from((await two.get(name)) ?? []), bytes);
      }
      const listed = await Array.fromAsync(two.list());
      const expected = blobs.map((bytes) => ({ name: blobText(sha256(bytes)), size: bytes.length }));
      assert.deepEqual(
        listed.map(({ sha256, size }) => ({ name: blobText(sha256), size })),
        expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      );
    });

    test("a store has no blob of another log", async (t) => {
      const [one] = await openNew(t);
      const [other] = await openNew(t);
      const name = await one.put(Buffer.from("a letter"));
      assert.equal(await other.get(name), null);
      assert.deepEqual(await Array.fromAsync(other.list()), []);
      assert.equal(await other.remove(name, 0), false);
      assert.ok(await one.get(name));
    });

    test("a blob of the largest size is stored; a larger one is refused, and nothing is stored", async (t) => {
      const [one, two] = await openNew(t);
      const largest = randomBytes(MAX_BLOB_BYTES);
      const name = await one.put(largest);
      assert.ok(Buffer.from((await two.get(name)) ?? []).equals(largest));
      const tooLarge = Buffer.concat([largest, Buffer.from([1])]);
      await assert.rejects(one.put(tooLarge), { name: "RangeError", message: /15728641 bytes: at most 15728640/ });
      assert.equal(await two.get(sha256(tooLarge)), null);
    });

    test("altered bytes are never returned, and never taken for those that are put", async (t) => {
      const [one, two, address] = await openNew(t);
      const [kept, altered] = [Buffer.from("kept"), Buffer.from("what was sent")];
      const [other, name] = [await one.put(kept), await one.put(altered)];
      for (const bytes of [Buffer.from("what was sent?"), Buffer.alloc(0), Buffer.from("What was sent")]) {
        await alter(address, name, bytes);
        const error = {
          code: "DAMAGED",
          blob: blobText(name),
          message: new RegExp(`file ${blobText(name)} was altered: its ${bytes.length} bytes`),
        };
        await assert.rejects(two.get(name), error);
        await assert.rejects(one.put(altered), error);
      }
      assert.deepEqual(Buffer.from((await two.get(other)) ?? []), kept);
      await alter(address, name, altered);
      assert.deepEqual(Buffer.from((await two.get(name)) ?? []), altered);
    });

    test("a blob is removed only if it was not put again", async (t) => {
      const [one, two] = await openNew(t);
      const bytes = randomBytes(100);
      const name = await one.put(bytes);
      assert.equal(await two.remove(name, 60_000), false, "it was put just now");
      assert.equal(await two.remove(randomBytes(32), 0), false, "it was never there");
      const [before] = await Array.fromAsync(one.list());
      await sleep(20);
      await two.put(bytes);
      const [after] = await Array.fromAsync(one.list());
      assert.ok(before && after && after.putAtMs > before.putAtMs, "a put counts as a new one");
      assert.equal(await one.remove(name, 0), true);
      assert.equal(await two.get(name), null);
      assert.deepEqual(Buffer.from(await two.put(bytes)), Buffer.from(name));
      assert.ok(await one.get(name));
    });

    test("a killed process loses no blob that it was told is stored", async (t) => {
      const [one, , address] = await openNew(t);
      for (const count of [1, 5, pickCount({ usual: 12, long: 60 })]) {
        const names = await killAfter(startPutting(address), count);
        for (const name of names) assert.ok(await one.get(parseBlobName(name) ?? Buffer.alloc(0)), name);
      }
      for await (const { sha256 } of one.list()) assert.ok(await one.get(sha256), "what is there is whole");
    });
  });
}

async function open(t: TestContext, address: string): Promise<BlobStore> {
  const store = await openBlobs(address, { create: true });
  assert.ok(store);
  t.after(() => store.close());
  return store;
}

/** Starts a process that puts blobs until it is killed, and prints the name of each one that is stored. */
function startPutting(address: string): ChildProcess {
  const program = join(import.meta.dirname, "blob-store.suite.child.ts");
  return spawn(process.execPath, [program, address], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
}

async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  const names: string[] = [];
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    names.push(line);
    if (names.length === count) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.ok(names.length >= count);
  return names;
}
