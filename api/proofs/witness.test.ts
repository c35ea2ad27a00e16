/** Witnesses: what they cosign is served, what they refuse or forge is not, and nothing waits for them. */
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { ed25519Cosigner, mlDsaSigner, verifierOf } from "../../events/proofs/cosignature.ts";
import { parseNote, type Signer, signatureLines } from "../../events/proofs/note.ts";
import { openProof } from "../../events/proofs/proof-text.ts";
import { openSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { EMPTY_ROOT } from "../../events/proofs/tree.ts";
import { parseTreeHead } from "../../events/proofs/tree-head.ts";
import { formatVerifierKey, parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import { checkConsistency } from "../../events/proofs/verify-proofs.ts";
import { splitEvents } from "../../events/sources/http/http-log.ts";
import { until } from "../../fixtures/tests/until.ts";
import { CLIENT, type RunningApi, runApi } from "../running-api.suite.ts";
import { newConfig, openOffice, startApi } from "../sessions/people.suite.ts";

/** A witness that keeps the rules of tlog-witness. */
class HonestWitness {
  readonly signers: Signer[];
  readonly seen = new Map<string, { size: number; root: Buffer }>();
  readonly statuses: number[] = [];
  /** Replaces the answer. */
  answer: ((reply: ServerResponse) => void) | null = null;
  url = "";

  constructor(keys: readonly KeyObject[], name = "witness.example/w") {
    const now = () => Date.now() / 1000;
    this.signers = keys.map((key) =>
      key.asymmetricKeyType === "ed25519" ? ed25519Cosigner(name, key, now) : mlDsaSigner(name, key, now),
    );
  }

  async listen(): Promise<this> {
    const server = createServer((request, reply) => void this.#serve(request, reply));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    after(() => server.close());
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  /** As in INVOIFY_WITNESSES. */
  get address() {
    return { url: this.url, vkey: formatVerifierKey((this.signers[0] as Signer).key) };
  }

  async #serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await text(request);
    if (this.answer) return this.answer(reply);
    const { status, type = "text/plain", lines } = this.#judge(body);
    this.statuses.push(status);
    reply.writeHead(status, { "content-type": type }).end(lines);
  }

  #judge(body: string): { status: number; type?: string; lines: string } {
    const split = body.indexOf("\n\n");
    const [first = "", ...proof] = body.slice(0, split).split("\n");
    const note = parseNote(body.slice(split + 2)).text;
    const { origin, size, root } = parseTreeHead(note);
    const last = this.seen.get(origin) ?? { size: 0, root: Buffer.from(EMPTY_ROOT) };
    if (first !== `old ${last.size}`) return { status: 409, type: "text/x.tlog.size", lines: `${last.size}\n` };
    const hashes = proof.map((line) => Buffer.from(line, "base64"));
    try {
      checkConsistency({ oldSize: last.size, oldRoot: last.root, size, root, hashes });
    } catch (error) {
      return { status: 422, lines: String(error) };
    }
    this.seen.set(origin, { size, root });
    return { status: 200, lines: signatureLines(note, this.signers) };
  }
}

const ed25519 = generateKeyPairSync("ed25519").privateKey;
const mlDsa = generateKeyPairSync("ml-dsa-44").privateKey;

async function trustOf(running: RunningApi, witness: HonestWitness) {
  const { keys } = await running.get<{ keys: string[] }>("/api/log/key");
  const witnesses = witness.signers.map(({ key }) => verifierOf(key) ?? assert.fail());
  return { keys: keys.map(parseVerifierKey), log: running.logId, witnesses };
}

async function textAt({ call }: RunningApi, path: string): Promise<string> {
  const response = await call(path);
  assert.equal(response.status, 200);
  return await response.text();
}

/** The checkpoint at this size, once the witness has cosigned it. */
async function cosigned(running: RunningApi, witness: HonestWitness, size: number) {
  const trust = await trustOf(running, witness);
  const signed = async () => openSignedCheckpoint(await textAt(running, "/api/log/checkpoint"), trust);
  await until("the witness has cosigned", async () => {
    const { size: current, cosignatures } = await signed();
    return current === size && cosignatures.length > 0;
  });
  return await signed();
}

for (const [kind, key] of [
  ["Ed25519", ed25519],
  ["ML-DSA-44", mlDsa],
] as const)
  test(`a witness with ${kind} cosigns each history that continues, and its cosignatures are served`, async () => {
    const witness = await new HonestWitness([key]).listen();
    const running = await runApi({ witnesses: [witness.address] });
    await cosigned(running, witness, 2);
    for (let n = 0; n < 7; n++) await running.send("POST", "/api/clients", CLIENT);
    const second = await cosigned(running, witness, 9);
    assert.ok(second.cosignatures[0]?.at);
    assert.deepEqual(witness.statuses, [200, 200], "each one is submitted once");
    const bytes = new Uint8Array(await (await running.call("/api/events?after=0")).arrayBuffer());
    const entry = eventHash(splitEvents(bytes, "events")[3] ?? assert.fail());
    const proof = openProof(await textAt(running, "/api/log/proof/4"), entry, await trustOf(running, witness));
    assert.equal(proof.checkpoint.cosignatures.length, 1, "a proof has them too");
  });

test("a process that does not know what the witness has seen asks it", async () => {
  const witness = await new HonestWitness([ed25519]).listen();
  const running = await runApi({ witnesses: [witness.address] });
  await running.send("POST", "/api/clients", CLIENT);
  await cosigned(running, witness, 3);
  await running.api.close();
  const { base } = await startApi(running.config);
  const token = running.token;
  const again: RunningApi = {
    ...running,
    call: (path, init = {}) => fetch(new URL(path, base), { ...init, headers: { authorization: `Bearer ${token}` } }),
    get: async (path) => (await (await again.call(path)).json()) as never,
  };
  await cosigned(again, witness, 3);
  assert.deepEqual(witness.statuses, [200, 409, 200]);
});

const other = new HonestWitness([generateKeyPairSync("ed25519").privateKey]);
const WRONG: [what: string, answer: (reply: ServerResponse) => void][] = [
  ["does not know the log", (reply) => reply.writeHead(404).end()],
  ["says another size each time", (reply) => reply.writeHead(409, { "content-type": "text/x.tlog.size" }).end("1\n")],
  ["has seen more", (reply) => reply.writeHead(409, { "content-type": "text/x.tlog.size" }).end("900\n")],
  ["sends no signature", (reply) => reply.end("\n")],
  ["sends much", (reply) => reply.end("x".repeat(1_000_000))],
  ["sends us elsewhere", (reply) => reply.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["hangs up", (reply) => reply.destroy()],
  [
    "answers with another key",
    (reply) =>
      reply.end(
        signatureLines(`a/b\n1\n${Buffer.alloc(32).toString("base64")}\n`, [ed25519Cosigner("x", ed25519, () => 1)]),
      ),
  ],
];
for (const [what, answer] of WRONG)
  test(`a checkpoint is served without delay, and as it is, if the witness ${what}`, async () => {
    const witness = await new HonestWitness([ed25519]).listen();
    let asked = 0;
    witness.answer = (reply) => {
      asked++;
      answer(reply);
    };
    const running = await runApi({ witnesses: [witness.address] });
    const trust = await trustOf(running, witness);
    const first = openSignedCheckpoint(await textAt(running, "/api/log/checkpoint"), trust);
    await until("the witness was asked", () => asked > 0);
    const again = await textAt(running, "/api/log/checkpoint");
    assert.deepEqual(openSignedCheckpoint(again, trust).cosignatures, []);
    assert.equal(again.split("\n— ").length, 3, "only our own two signatures");
    assert.equal(first.size, 2);
  });

test("a witness whose key cannot be used is refused at the start", async () => {
  const [name = "", id = "", key = ""] = formatVerifierKey((other.signers[0] as Signer).key).split("+");
  const vkey = `${name}+${id}+${key.slice(0, -8)}`;
  const config = { ...newConfig(), witnesses: [{ url: "http://127.0.0.1:1", vkey }] };
  await assert.rejects(openOffice(config), { name: "ConfigError", message: /^INVOIFY_WITNESSES: the key/ });
});
