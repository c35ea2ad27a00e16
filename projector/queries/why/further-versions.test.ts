/** A change of what is beyond the usual is told in the history of its record, and between two moments, in users' words. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { draftOf, ITEM_INPUT, LINE } from "../../../events/business/office.suite.ts";
import type { CommandName } from "../../../events/commands/commands.ts";
import { further, furtherOfItem, furtherOfLine } from "../../../events/document/further.ts";
import { furtherOfClient, furtherOfOrganization } from "../../../events/document/party.ts";
import { FullValues } from "../../../fixtures/data/full-values.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { columnWords, partWords } from "../../text/change-words.ts";
import { openOffice } from "../../writer/office.suite.ts";
import { changedRowsInput, changedRowsParts } from "../changes/changed-rows.ts";
import type { ChangeKind } from "../changes/kinds.ts";
import { inOne } from "../read.ts";
import { listVersions, versionList } from "./versions.ts";

const folder = temporaryFolder();
const NOW_MS = Date.UTC(2030, 0, 1);

interface Told {
  words: string;
  before: unknown;
  after: unknown;
}

async function open(t: TestContext) {
  const office = await openOffice(t, folder);
  const db = new Database(office.cachePath, { readonly: true });
  t.after(() => db.close());

  /** What the newest version of a record tells. */
  function versionOf(table: "invoice" | "client" | "item" | "organization", id: number): Told[] {
    const { rows } = listVersions(db, versionList.parse({ table, id, limit: 1 }));
    return (rows[0] ?? assert.fail()).changes.map(({ column, part, before, after }) => ({
      words: `${part === null ? "" : `${partWords(part.table, part.n)}, `}${columnWords(column)}`,
      ...{ before, after },
    }));
  }

  /** What changed with the last event. */
  async function changesOf(kind: ChangeKind): Promise<Told[]> {
    const head = await office.head();
    const input = changedRowsInput.parse({ from: `event:${head - 1}`, to: `event:${head}`, kind });
    return inOne(db, changedRowsParts(db, input, NOW_MS)).rows.flatMap(({ columns, parts }) => [
      ...columns.map(({ column, before, after }) => ({ words: columnWords(column), before, after })),
      ...parts.flatMap((part) =>
        part.columns.map(({ column, before, after }) => ({
          words: `${partWords(part.table, part.n)}, ${columnWords(column)}`,
          ...{ before, after },
        })),
      ),
    ]);
  }
  return { ...office, versionOf, changesOf };
}

/** The value at a path such as `accounts.bic`, of the first element of a list. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((of, name) => {
    const found = (of as Record<string, unknown>)[name];
    return Array.isArray(found) ? found[0] : found;
  }, value);
}

/** Exactly one change of this value is told, and with words: names of columns and tables are in small letters. */
function assertTold(told: readonly Told[], { before = null, after = null }: Partial<Told>, what: string): void {
  const found = told.filter((one) => one.before === before && one.after === after);
  assert.ok(found.length > 0, `${what}: ${JSON.stringify(told)}`);
  for (const { words } of told) assert.match(words, /^[A-Z][a-zA-Z' -]*(?: \d+)?(?:, [a-zA-Z][a-zA-Z' -]*)*$/, what);
}

/** Sets each field alone, and takes it back. @param input the input of the command for what is stated */
async function tellsEach(
  office: Awaited<ReturnType<typeof open>>,
  schema: Parameters<FullValues["each"]>[0],
  of: { kind: ChangeKind; table: Parameters<typeof office.versionOf>[0]; id: number; command: CommandName },
  input: (more: unknown) => object,
): Promise<void> {
  const { kind, table, id, command } = of;
  const stream = table === "organization" ? 0 : id;
  for (const { path, value } of new FullValues().each(schema)) {
    const after = at(value, path);
    await office.accepts(command, { ...input(value) }, { id: stream });
    assertTold(office.versionOf(table, id), { after }, `${path} in the history`);
    assertTold(await office.changesOf(kind), { after }, `${path} between moments`);
    await office.accepts(command, { ...input(null) }, { id: stream });
    assertTold(office.versionOf(table, id), { before: after }, `without ${path} in the history`);
    assertTold(await office.changesOf(kind), { before: after }, `without ${path} between moments`);
  }
}

test("each further field of a document is told", async (t) => {
  const office = await open(t);
  const of = { kind: "invoice", table: "invoice", id: await draftOf(office), command: "ReviseInvoice" } as const;
  await tellsEach(office, further, of, (more) => ({ more }));
});

test("each further field of a line is told, with the number of its line", async (t) => {
  const office = await open(t);
  const line = { ...LINE, price6: 1_000_000, quantity6: 1_000_000_000 };
  const id = await draftOf(office, { lines: [LINE, line] });
  const of = { kind: "invoice", table: "invoice", id, command: "ReviseInvoice" } as const;
  await tellsEach(office, furtherOfLine, of, (more) => ({ lines: [LINE, { ...line, more }] }));
  const more = { note: "blue" };
  await office.accepts("ReviseInvoice", { lines: [LINE, { ...line, more }] }, { id });
  assert.deepEqual(office.versionOf("invoice", id), [{ words: "More of line 2, Note", before: null, after: "blue" }]);
  await office.accepts(
    "ReviseInvoice",
    {
      lines: [
        { ...LINE, more },
        { ...line, more },
      ],
    },
    { id },
  );
  assert.deepEqual(office.versionOf("invoice", id), [{ words: "More of line 1, Note", before: null, after: "blue" }]);
});

test("each further field of an item, a client and the organization is told", async (t) => {
  const office = await open(t);
  const id = (await office.run("AddItem", ITEM_INPUT)).stream;
  await tellsEach(office, furtherOfItem, { kind: "item", table: "item", id, command: "ChangeItem" }, (more) => ({
    more,
  }));
  const client = (await office.run("RegisterClient", { name: "Ada", address: { country: "GB" } })).stream;
  const ofClient = { kind: "client", table: "client", id: client, command: "ChangeClientDetails" } as const;
  await tellsEach(office, furtherOfClient, ofClient, (more) => ({ more }));
  const ofOrganization = { kind: "organization", table: "organization", id: 1, command: "ChangeProfile" } as const;
  await tellsEach(office, furtherOfOrganization, ofOrganization, (more) => ({ more }));
});
