/** `invoify verify` of a `.events` file whose bytes were changed: the block fails its checksum, and the event is named. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { does, invoify } from "./invoify.suite.ts";
import { altered, bodies, folder, kept, log } from "./verify.suite.ts";

const whole = join(folder, "whole.events");
await does(["copy", log, whole]);

/** A copy of the file in which one letter of event 25 was changed. */
function changedFile(): string {
  const path = join(folder, "changed.events");
  copyFileSync(whole, path);
  const bytes = readFileSync(path);
  const at = bytes.indexOf(bodies[24] as Buffer);
  assert.ok(at > 0);
  altered(25).copy(bytes, at);
  writeFileSync(path, bytes);
  return path;
}

test("the block of a changed byte is named, and with another copy or its tiles the event", async () => {
  const path = changedFile();
  const alone = await invoify(["verify", path]);
  assert.equal(alone.exitCode, 1);
  assert.match(alone.stderr, /events 1 to 40 fail the checksum of their block; --against/);
  const signed = await invoify(["verify", path, "--checkpoint", kept]);
  assert.equal(signed.exitCode, 1);
  const tiles = join(folder, "tiles-of-whole");
  await does(["tiles", whole, "--to", tiles]);
  for (const against of [whole, log, tiles]) {
    const { exitCode, stdout, stderr } = await invoify(["verify", path, "--against", against]);
    assert.equal(exitCode, 1, against);
    assert.match(`${stdout}\n${stderr}`, /event 25: is the first that differs/, against);
    assert.match(`${stdout}\n${stderr}`, /fail the checksum of their block/, against);
  }
});

test("no other command believes an event of a damaged block", async () => {
  const path = changedFile();
  for (const args of [
    ["replay", "--from", path, "--to", join(folder, "damaged.sqlite")],
    ["copy", path, join(folder, "damaged-copy.sqlite")],
    ["show", "25", "--from", path],
  ]) {
    const { exitCode, stderr } = await invoify(args);
    assert.equal(exitCode, 1, args[0]);
    assert.match(stderr, /events 1 to 40 fail their checksum/, args[0]);
  }
});
