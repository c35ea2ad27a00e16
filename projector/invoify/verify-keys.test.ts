/** What auditors name with --key, and what happens after the server's key was replaced. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { keysOf, NOW } from "../../events/proofs/keys.suite.ts";
import { ed25519Signer } from "../../events/proofs/note.ts";
import { SERVER_KEY_NAME, signSuccessor } from "../../events/proofs/successor.ts";
import { fingerprintOf, formatVerifierKey, type PublicKey, verifierKey } from "../../events/proofs/verifier-key.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { does, fails, invoify, json } from "./invoify.suite.ts";
import { serveLog } from "./server.suite.ts";
import { folder, kept, log, ORIGIN, saved, server, VKEY } from "./verify.suite.ts";

type Keys = ReturnType<typeof keysOf>;
const [second, third, thief] = [keysOf("second"), keysOf("third"), keysOf("a thief")];
const vkeys = (keys: Keys) => keys.public.map((key) => formatVerifierKey(verifierKey(ORIGIN, key)));
const fingerprint = (keys: Keys, n = 0) => fingerprintOf(keys.public[n] as PublicKey);
const successor = (old: Keys, next: Keys) => {
  const signers = [old, next].map(({ ed25519 }) => ed25519Signer(SERVER_KEY_NAME, ed25519));
  return signSuccessor({ old: old.public, next: next.public, at: NOW }, signers);
};
const answer = (keys: Keys, successors: string[] = []) =>
  JSON.stringify({ origin: ORIGIN, keys: vkeys(keys), fingerprints: { ed25519: fingerprint(keys) }, successors });
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** A server that signs its 40 events with these keys. @returns its address */
async function serve(t: TestContext, keys: Keys, key: string | null): Promise<string> {
  const source = SqliteLog.open(log, { readonly: true });
  t.after(() => source.close());
  const api = await serveLog(t, source);
  api.proofs.set("checkpoint", readFileSync(await saved(`newest-${fingerprint(keys)}`, 40, keys), "utf8"));
  if (key !== null) api.proofs.set("key", key);
  return api.base;
}

test("after the key was replaced twice, the old key verifies what it signed, and its successors the rest", async (t) => {
  const base = await serve(t, third, answer(third, [successor(second, third), successor(server, second)]));
  const text = await does(["verify", base, "--checkpoint", kept, "--key", VKEY]);
  assert.match(text, /^checkpoint +\S+kept\.checkpoint, of 30 events, signed: the same root$/m);
  assert.match(text, /^checkpoint +\S+ its own checkpoint, of 40 events, signed at \S+: the same root$/m);
  for (const [from, to] of [
    [server, second],
    [second, third],
  ] as const)
    assert.match(
      text,
      new RegExp(
        `^key change +on 2025-10-09T08:53:20.000Z, the key ${fingerprint(from)} named ${fingerprint(to)} as`,
        "m",
      ),
    );
  const { keyChanges, key } = await json(["verify", base, "--checkpoint", kept, "--key", VKEY]);
  assert.deepEqual(keyChanges, [
    { at: NOW, from: fingerprint(server), to: fingerprint(second) },
    { at: NOW, from: fingerprint(second), to: fingerprint(third) },
  ]);
  assert.equal(key, fingerprint(third));
});

test("a checkpoint of the log that no known key signed is a problem, and does not hide the kept one", async (t) => {
  const base = await serve(t, thief, answer(thief));
  const copy = join(folder, "of-a-thief.events");
  await does(["copy", base, copy]);
  for (const place of [base, copy]) {
    const { exitCode, stdout, stderr } = await invoify(["verify", place, "--checkpoint", kept, "--key", VKEY]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^checkpoint +\S+kept\.checkpoint, of 30 events, signed: the same root$/m);
    assert.match(stdout, /^checkpoint .*its own checkpoint, of 40 events, signed with an unknown key: the same root$/m);
    assert.match(stderr, /its own checkpoint: none of the known keys signed it/);
  }
});

test("--key takes a key in every form in which an auditor has it", async (t) => {
  const [ed25519, mlDsa] = vkeys(server);
  const shown = `key of 2026-01-01T00:00:00.000Z, in /data/key.json\nEd25519    ${fingerprint(server)}\nML-DSA-44  ${fingerprint(server, 1)}\n`;
  const base = await serve(t, server, answer(server));
  const kinds = {
    "a line": ed25519 as string,
    "a file": file("one.txt", `# ours\n${ed25519}\n${mlDsa}\n`),
    "key show --origin": file("shown.txt", `${shown}${ed25519}\n${mlDsa}\n`),
    "the JSON of the server": file("key.json", answer(server)),
    "key show": file("short.txt", shown),
    "key show after a rotation": file(
      "rotated.txt",
      `${shown.replaceAll(fingerprint(server), fingerprint(second))}the previous key also signs until 2026-02-01T00:00:00.000Z: Ed25519 ${fingerprint(server)}\n`,
    ),
    "a fingerprint": fingerprint(server),
    "a fingerprint in capitals": fingerprint(server).toUpperCase(),
  };
  for (const [kind, key] of Object.entries(kinds)) {
    const text = await does(["verify", base, "--checkpoint", kept, "--key", key]);
    assert.match(text, /kept\.checkpoint, of 30 events, signed(?: at \S+)?: the same root$/m, kind);
    assert.match(text, new RegExp(`^server key +fingerprint ${fingerprint(server)}$`, "m"), kind);
    assert.doesNotMatch(text, /not checked|key change/, kind);
  }
});

test("a fingerprint alone needs a key that has it, from the server or from a desktop's evidence", async (t) => {
  const base = await serve(t, thief, answer(thief));
  await fails(
    ["verify", base, "--checkpoint", kept, "--key", fingerprint(server)],
    2,
    new RegExp(`no key has the fingerprint ${fingerprint(server)}: the key here is ${fingerprint(thief)}`),
  );
  await fails(["verify", log, "--checkpoint", kept, "--key", fingerprint(server)], 2, /no key came with the log/);
  const keys = [{ fingerprint: fingerprint(server), verifiers: vkeys(server), how: "first" }];
  const checkpoints = [{ note: readFileSync(kept, "utf8") }];
  const evidence = file("with-keys.json", JSON.stringify({ format: "invoify/evidence/v1", keys, checkpoints }));
  assert.match(
    await does(["verify", log, "--checkpoint", evidence, "--key", fingerprint(server)]),
    /of 30 events, signed(?: at \S+)?: the same root/,
  );
  assert.match(await does(["compare", evidence, kept, "--key", fingerprint(server)]), /signed/);
  await fails(["verify", log, "--checkpoint", kept, "--key", file("none.json", "{}")], 2, /has no key/);
  await fails(["verify", log, "--checkpoint", kept, "--key", file("cut.json", "{")], 2, /has no keys of a server/);
});

test("invoify tiles of a server prints the fingerprint of its key", async (t) => {
  const base = await serve(t, server, answer(server));
  const to = join(folder, "of-a-server");
  assert.match(
    await does(["tiles", base, "--to", to]),
    new RegExp(`\nthe server's key has the fingerprint ${fingerprint(server)}$`),
  );
  assert.equal((await json(["tiles", base, "--to", to])).key, fingerprint(server));
});
