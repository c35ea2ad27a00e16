/** Delivered files over HTTP: made once, kept, found again, and only by their own organization. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parseBlobName } from "../../events/blobs/blob-store.ts";
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import type { RunningApi } from "../running-api.suite.ts";
import { call as callAs, join, newKey, type Person, signUp } from "../sessions/people.suite.ts";
import { onEachStorage } from "../storage/storages.suite.ts";

const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };

await onEachStorage(keptFileTests);

function keptFileTests(running: RunningApi): void {
  const { base, token, get, send, call, organization } = running;
  const blobs = () => organization.blobs();

  async function newIssued(): Promise<number> {
    const client = await send("POST", "/api/clients", { name: "A client", address: { country: "GB" } });
    const { stream } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
    await send("POST", `/api/invoices/${stream}/issue`, {});
    return stream;
  }
  const deliver = (id: number, how: string, format?: DocumentFormat, key = newKey(), as = token) =>
    callAs(
      base,
      "POST",
      `/api/invoices/${id}/delivered`,
      { how, ...(format && { format }) },
      {
        token: as,
        headers: { "idempotency-key": key },
      },
    );
  const deliveriesOf = async (id: number) =>
    (await get<{ deliveries: Record<string, unknown>[] }>(`/api/invoices/${id}`)).deliveries;
  const fileOf = async (path: string) => {
    const response = await call(path);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  test("the first delivery in a format makes the file, and every later copy is its bytes", async () => {
    const id = await newIssued();
    assert.equal((await deliver(id, "pdf", "pdf")).status, 200);
    assert.equal((await deliver(id, "sent", "pdf")).status, 200);
    assert.equal((await deliver(id, "export", "cii")).status, 200);
    const [first, second, xml] = await deliveriesOf(id);
    assert.deepEqual([first?.how, second?.how, xml?.how], ["pdf", "sent", "export"]);
    assert.deepEqual(
      [first?.file_format, typeof first?.file_paper_version, xml?.file_format, xml?.file_paper_version],
      ["pdf", "number", "cii", null],
    );
    assert.equal(second?.file_sha256, first?.file_sha256);
    for (const [delivery, format, type] of [
      [first, "pdf", "application/pdf"],
      [xml, "cii", "application/xml"],
    ] as const) {
      const { response, bytes } = await fileOf(`/api/blobs/${delivery?.file_sha256}`);
      assert.equal(response.status, 200);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), delivery?.file_sha256);
      assert.equal(bytes.length, delivery?.file_size);
      assert.equal(response.headers.get("content-type"), type);
      assert.equal(response.headers.get("cache-control"), "private, max-age=31536000, immutable");
      assert.equal(response.headers.get("etag"), `"${delivery?.file_sha256}"`);
      const copy = await fileOf(`/api/invoices/${id}/document?format=${format}`);
      assert.ok(copy.bytes.equals(bytes));
      assert.match(copy.response.headers.get("content-disposition") ?? "", /^attachment; filename="INV-/);
      const held = await call(`/api/blobs/${delivery?.file_sha256}`, {
        headers: { "if-none-match": `"${delivery?.file_sha256}"` },
      });
      assert.deepEqual([held.status, await held.text()], [304, ""]);
    }
    const page = await fileOf(`/api/invoices/${id}/document?format=factur-x`);
    assert.match(page.bytes.toString("latin1"), /^%PDF-/, "a format that was not delivered is made");
  });

  test("from its delivery on, a document is the file that was delivered, and before it is made", async () => {
    const id = await newIssued();
    const issued = await organization.log.head();
    const { body } = await deliver(id, "pdf", "pdf");
    const [delivery] = await deliveriesOf(id);
    // The same document is made from another paper than the one that is kept: a later release does that.
    const altered = Buffer.from("%PDF-of another release");
    const sha256 = await (await blobs()).put(altered);
    const other = await newIssued();
    const file = { sha256, size: altered.length, format: "pdf", paperVersion: 1 } as const;
    const input = { how: "sent", format: "pdf" } as const;
    const by = { actor: 2, key: null, ifMatch: null };
    const delivering = { ...by, command: "RecordDelivery", id: other, input, file } as const;
    const seq = Number((await organization.writer.execute(delivering)).seq);
    const at = async (document: number, moment: number | string) =>
      await fileOf(`/api/invoices/${document}/document?format=pdf&at=${moment}`);
    const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    assert.equal(sum((await at(id, Number(body.seq))).bytes), delivery?.file_sha256);
    assert.ok((await at(other, seq)).bytes.equals(altered));
    assert.ok((await at(other, "2099-01-01")).bytes.equals(altered));
    const before = await at(other, seq - 1);
    assert.equal(before.response.status, 200);
    assert.ok(!before.bytes.equals(altered) && before.bytes.length > 5_000, "it is made");
    assert.equal((await at(id, issued)).response.status, 200);
    assert.equal((await at(id, seq + 1_000)).response.status, 422);
    assert.equal((await at(id, id - 1)).response.status, 404);
  });

  test("a delivery without a format keeps no file, as those of earlier clients", async () => {
    const id = await newIssued();
    for (const how of ["print", "sent"]) assert.equal((await deliver(id, how)).status, 200);
    const deliveries = await deliveriesOf(id);
    assert.deepEqual(
      deliveries.map(({ how, file_sha256, file_size }) => [how, file_sha256, file_size]),
      [
        ["print", null, null],
        ["sent", null, null],
      ],
    );
  });

  test("a repeated request gets the first response, and deliveries that race are of one file", async () => {
    const id = await newIssued();
    const key = newKey();
    const first = await deliver(id, "pdf", "pdf", key);
    assert.deepEqual((await deliver(id, "pdf", "pdf", key)).body, first.body);
    const other = await newIssued();
    const answers = await Promise.all(
      ["print", "pdf", "sent", "export"].flatMap((how) => [deliver(other, how, "pdf"), deliver(other, how, "ubl")]),
    );
    for (const { status, text } of answers) assert.equal(status, 200, text);
    const deliveries = await deliveriesOf(other);
    assert.equal(deliveries.length, 8);
    for (const format of ["pdf", "ubl"])
      assert.equal(new Set(deliveries.filter((d) => d.file_format === format).map((d) => d.file_sha256)).size, 1);
    for (const { file_sha256 } of deliveries)
      assert.equal((await fileOf(`/api/blobs/${file_sha256}`)).response.status, 200);
  });

  test("what is refused makes no file", async () => {
    const client = await send("POST", "/api/clients", { name: "A client", address: { country: "GB" } });
    const { stream: draft } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
    const count = async () => (await Array.fromAsync((await blobs()).list())).length;
    const before = await count();
    const problemOf = async (id: number, how = "pdf", as = token) =>
      (await deliver(id, how, "pdf", newKey(), as)).body.code;
    assert.equal(await problemOf(draft), "NOT_ISSUED");
    assert.equal(await problemOf(999_999), "UNKNOWN_INVOICE");
    const id = await newIssued();
    const viewer = await join({ base, owner: { token } as Person }, "viewer");
    assert.equal(await problemOf(id, "pdf", viewer.token), "ROLE_TOO_WEAK");
    assert.equal(await count(), before);
    assert.deepEqual(await deliveriesOf(id), []);
  });

  test("a file of another organization is not found, and neither is what is no SHA-256", async () => {
    const id = await newIssued();
    await deliver(id, "pdf", "pdf");
    const [delivery] = await deliveriesOf(id);
    const stranger = await signUp(base);
    for (const [path, as] of [
      [`/api/blobs/${delivery?.file_sha256}`, stranger.token],
      [`/api/blobs/${"0".repeat(64)}`, token],
      ["/api/blobs/x", token],
      [`/api/blobs/${String(delivery?.file_sha256).toUpperCase()}`, token],
    ] as const) {
      const { status, body } = await callAs(base, "GET", path, undefined, { token: as });
      assert.deepEqual([status, body.code], [404, "NO_SUCH_FILE"], path);
    }
    assert.equal((await callAs(base, "GET", `/api/blobs/${delivery?.file_sha256}`)).status, 401);
  });

  test("a file that is lost is said to be so, and never replaced by another one", async () => {
    const id = await newIssued();
    await deliver(id, "pdf", "pdf");
    const [delivery] = await deliveriesOf(id);
    assert.ok(await (await blobs()).remove(parseBlobName(String(delivery?.file_sha256)) ?? Buffer.alloc(0), 0));
    const again = await deliver(id, "sent", "pdf");
    assert.deepEqual([again.status, again.body.code], [409, "FILE_MISSING"]);
    const copy = await call(`/api/invoices/${id}/document?format=pdf`);
    assert.deepEqual([copy.status, JSON.parse(await copy.text()).code], [409, "FILE_MISSING"]);
    assert.equal((await fileOf(`/api/blobs/${delivery?.file_sha256}`)).response.status, 404);
    assert.equal((await deliveriesOf(id)).length, 1);
    assert.equal((await deliver(id, "sent")).status, 200, "without a file it can be recorded");
  });
}
