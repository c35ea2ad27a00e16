import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { LogError } from "../../events/errors.ts";
import { writeAll } from "../../events/sources/file/whole-file.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { ArchiveWriter, listArchive } from "./archive.ts";

const folder = temporaryFolder();
const MADE_AT_S = 1_700_000_000;
const BLOCK = 512;

async function archiveOf(path: string, contents: Readonly<Record<string, Buffer>>): Promise<void> {
  const file = await open(path, "w+");
  const archive = new ArchiveWriter(file, MADE_AT_S);
  for (const [name, content] of Object.entries(contents))
    await archive.add(name, async (at) => {
      await writeAll(file, content, at);
      return content.length;
    });
  await archive.finish();
  await file.close();
}

async function entriesOf(path: string) {
  const file = await open(path, "r");
  try {
    return await listArchive(file, path, async () => {});
  } finally {
    await file.close();
  }
}

const SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 10_000];
const CONTENTS = Object.fromEntries(SIZES.map((size) => [`folder/${size}.bin`, Buffer.alloc(size, "x")]));

test("listArchive() lists what ArchiveWriter wrote, at each edge of a block", async () => {
  const path = join(folder, "edges.tar");
  await archiveOf(path, CONTENTS);
  const entries = await entriesOf(path);
  assert.deepEqual(
    entries.map(({ name, length }) => [name, length]),
    SIZES.map((size) => [`folder/${size}.bin`, size]),
  );
  const file = await open(path, "r");
  for (const { at, length } of entries) {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, at);
    assert.ok(buffer.every((byte) => byte === 0x78));
  }
  await file.close();
});

test("tar lists and extracts what ArchiveWriter wrote", async (t) => {
  const path = join(folder, "foreign.tar");
  await archiveOf(path, CONTENTS);
  const run = promisify(execFile);
  const listed = await run("tar", ["-tf", path]).catch((error) => error as NodeJS.ErrnoException);
  if (listed instanceof Error && listed.code === "ENOENT" && !process.env.CI)
    return t.skip("NO TAR: only our own code has read the archive");
  assert.ok(!(listed instanceof Error), String(listed));
  assert.deepEqual(listed.stdout.trim().split(/\r?\n/), Object.keys(CONTENTS));
  await run("tar", ["-xf", path, "-C", folder]);
  const extracted = await open(join(folder, "folder", `${BLOCK + 1}.bin`), "r");
  assert.equal((await extracted.stat()).size, BLOCK + 1);
  await extracted.close();
});

const skip = process.platform === "win32" ? "a sparse file takes its whole size here" : false;
test("ArchiveWriter writes sizes beyond eight gibibytes", { skip }, async () => {
  const path = join(folder, "large.tar");
  const file = await open(path, "w+");
  const archive = new ArchiveWriter(file, MADE_AT_S);
  const sizes = [8 ** 11 - 1, 8 ** 11, 8 ** 11 + 1];
  for (const size of sizes) await archive.add(`${size}`, async () => size); // writes nothing, which leaves a hole
  await archive.finish();
  await file.close();
  const entries = await entriesOf(path);
  assert.deepEqual(
    entries.map(({ length }) => length),
    sizes,
  );
});

test("listArchive() refuses an archive that was cut, at any length", async () => {
  const path = join(folder, "cut.tar");
  await archiveOf(path, { a: Buffer.from("abc"), b: Buffer.alloc(600, "b") });
  const file = await open(path, "r+");
  for (let size = (await file.stat()).size - 1; size >= 0; size -= 37) {
    await file.truncate(size);
    await assert.rejects(
      entriesOf(path),
      (error) => error instanceof LogError && /ends here|not a backup/.test(error.message),
    );
  }
  await file.close();
});

test("listArchive() refuses bytes after the end, and a file that is not an archive", async () => {
  const path = join(folder, "longer.tar");
  await archiveOf(path, { a: Buffer.from("abc") });
  const file = await open(path, "a");
  await file.write(Buffer.alloc(1));
  await assert.rejects(entriesOf(path), /1 bytes after the end/);
  await file.close();
  await assert.rejects(entriesOf(import.meta.filename), { code: "NOT_A_LOG" });
});

test("ArchiveWriter refuses a name that does not fit in a header", async () => {
  const file = await open(join(folder, "names.tar"), "w+");
  const archive = new ArchiveWriter(file, MADE_AT_S);
  for (const name of ["", "a b", "ü", "x".repeat(101)])
    await assert.rejects(
      archive.add(name, async () => 0),
      /is not a valid name/,
    );
  await archive.add("x".repeat(100), async () => 0);
  await file.close();
});
