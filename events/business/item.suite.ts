/** Decisions about items. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf, type Input, ITEM_INPUT, LINE, type Office, type OpenOffice } from "./office.suite.ts";

const itemOf = async (office: Office, input: Input = {}) =>
  (await office.run("AddItem", { ...ITEM_INPUT, ...input })).stream;

export function itemDecisions(open: OpenOffice): void {
  test("AddItem accepts every VAT category with a rate that it allows", async (t) => {
    const office = await open(t);
    const vats = [
      ["S", 20_000],
      ["S", 1],
      ["Z", 0],
      ["E", 0],
      ["AE", 0],
      ["K", 0],
      ["G", 0],
      ["O", null],
      ["L", 0],
      ["M", 7000],
      ["B", 22_000],
    ] as const;
    for (const [n, [vatCategory, vatRate3]] of vats.entries()) {
      const item = { ...ITEM_INPUT, code: `I-${n}`, vatCategory, vatRate3 };
      assert.deepEqual((await office.accepts("AddItem", item)).data, { ...item, more: null });
    }
  });

  test("AddItem and ChangeItem refuse a rate that the VAT category does not allow", async (t) => {
    const office = await open(t);
    const id = await itemOf(office);
    for (const [vatCategory, vatRate3] of [
      ["S", 0],
      ["S", null],
      ["Z", 1],
      ["Z", null],
      ["E", 5000],
      ["AE", null],
      ["O", 0],
      ["O", 20_000],
      ["L", null],
      ["M", null],
      ["B", 0],
    ] as const) {
      const values = { vatCategory, vatRate3 };
      const expected = { rule: "VAT_RATE_NOT_ALLOWED", field: "vatRate3", values } as const;
      await office.refuses("AddItem", { ...ITEM_INPUT, code: "OTHER", ...values }, {}, expected);
      await office.refuses("ChangeItem", values, { id }, expected);
    }
    // A change is judged with what stays: zero is no standard rate.
    await office.refuses("ChangeItem", { vatRate3: 0 }, { id }, { rule: "VAT_RATE_NOT_ALLOWED", field: "vatRate3" });
  });

  test("ChangeItem changes the fields in the input and leaves the rest", async (t) => {
    const office = await open(t);
    const id = await itemOf(office);
    const event = await office.accepts("ChangeItem", { price6: 0, description: "For nothing" }, { id });
    assert.deepEqual(event.data, { ...ITEM_INPUT, price6: 0, description: "For nothing", more: null });
    await office.decidesNothing("ChangeItem", { code: "WORK" }, { id });
    await office.decidesNothing("ChangeItem", {}, { id });
  });

  test("AddItem and ChangeItem refuse the code of another item, archived or not", async (t) => {
    const office = await open(t);
    const id = await itemOf(office);
    const other = await itemOf(office, { code: "OTHER" });
    const taken = {
      rule: "ITEM_CODE_TAKEN",
      field: "code",
      values: { code: "WORK", item: id, existing: "WORK" },
    } as const;
    await office.refuses("AddItem", ITEM_INPUT, {}, taken);
    await office.refuses("ChangeItem", { code: "WORK" }, { id: other }, taken);
    await office.run("ArchiveItem", {}, { id });
    await office.refuses("AddItem", ITEM_INPUT, {}, taken);
    await office.run("RestoreItem", {}, { id });
    for (const code of ["work", "Wo rk", "ＷＯＲＫ", "WОRK"]) {
      const same = { ...taken, values: { ...taken.values, code } };
      await office.refuses("AddItem", { ...ITEM_INPUT, code }, {}, same);
      await office.refuses("ChangeItem", { code }, { id: other }, same);
      await office.accepts("ChangeItem", { code }, { id }); // it may write its own code in another way
      await office.accepts("ChangeItem", { code: "WORK" }, { id });
    }
    await office.accepts("ChangeItem", { code: "DONE" }, { id });
    await office.accepts("AddItem", { ...ITEM_INPUT, code: "work" });
  });

  test("ArchiveItem and RestoreItem, once each", async (t) => {
    const office = await open(t);
    const id = await itemOf(office);
    await office.decidesNothing("RestoreItem", {}, { id });
    await office.accepts("ArchiveItem", {}, { id });
    await office.decidesNothing("ArchiveItem", {}, { id });
    await office.refuses("ChangeItem", { price6: 1 }, { id }, { rule: "ITEM_ARCHIVED", values: { item: id } });
    await office.accepts("RestoreItem", {}, { id });
    await office.accepts("ChangeItem", { price6: 1 }, { id });
  });

  test("new lines cannot use an archived item; existing lines keep it", async (t) => {
    const office = await open(t);
    const itemId = await itemOf(office);
    const clientId = await clientOf(office);
    const withItem = { clientId, lines: [LINE, { ...LINE, itemId }] };
    const { stream: draft } = await office.run("DraftInvoice", withItem);
    const { stream: plain } = await office.run("DraftInvoice", { clientId, lines: [LINE] });
    const { stream: issued } = await office.run("DraftInvoice", withItem);
    await office.run("IssueInvoice", {}, { id: issued });
    await office.run("ArchiveItem", {}, { id: itemId });

    const archived = { rule: "ITEM_ARCHIVED", field: "lines.1.itemId", values: { item: itemId } } as const;
    await office.refuses("DraftInvoice", withItem, {}, archived);
    await office.refuses("ReviseInvoice", { lines: withItem.lines }, { id: plain }, archived);
    await office.accepts("ReviseInvoice", { note: "still the same lines" }, { id: draft });
    await office.accepts("IssueInvoice", {}, { id: draft });
    await office.accepts("DraftCreditNote", {}, { id: issued });
  });

  for (const command of ["ChangeItem", "ArchiveItem", "RestoreItem"] as const) {
    test(`${command} refuses an item that does not exist`, async (t) => {
      const office = await open(t);
      for (const id of [1, 2, 99])
        await office.refuses(command, {}, { id }, { rule: "UNKNOWN_ITEM", values: { item: id } });
    });
  }
}
