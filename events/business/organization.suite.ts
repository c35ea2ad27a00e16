/** Decisions about the organization. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILE } from "../../fixtures/data/events.ts";
import { isRefusal, issuedOf, type OpenOffice, OWNER_DETAILS } from "./office.suite.ts";
import { registerOrganization } from "./organization.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const JPEG = Buffer.from("ffd8ffe000104a464946", "hex");
const MAIN = { name: "main", kind: "both", pattern: "INV-{00000}", first: 1, reset: "never", foreign: false } as const;
const IMPORT = { name: "import", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true } as const;
const RATE = { name: "Standard", vatCategory: "S", vatRate3: 20_000, reason: null } as const;
const EXEMPT = { name: "Insurance", vatCategory: "E", vatRate3: 0, reason: "Article 135 (1) (a)" } as const;
export function organizationDecisions(open: OpenOffice): void {
  test("founding registers the organization and its owner, with no user as the actor", async (t) => {
    const office = await open(t);
    const [registered, added, ...more] = await office.events();
    assert.equal(registered?.type, "OrganizationRegistered");
    assert.deepEqual(registered.data, PROFILE);
    assert.equal(added?.type, "UserAdded");
    assert.deepEqual(added.data, { ...OWNER_DETAILS, role: "owner" });
    assert.deepEqual([registered.actor, added.actor], [0, 0]);
    assert.deepEqual(more, []);
  });

  test("registerOrganization() refuses a log that has its organization", async (t) => {
    const { books } = await open(t);
    assert.throws(
      () => registerOrganization(books, PROFILE),
      (error) => isRefusal(error, { rule: "ORGANIZATION_EXISTS" }),
    );
  });

  for (const [profile, expected] of [
    [{ currency: "QQQ" }, { rule: "UNKNOWN_CURRENCY", field: "currency", values: { currency: "QQQ" } }],
    [
      { timeZone: "Mars/Olympus" },
      { rule: "UNKNOWN_TIME_ZONE", field: "timeZone", values: { timeZone: "Mars/Olympus" } },
    ],
    [
      { vatRates: [RATE, { ...RATE, name: "ZERO", vatRate3: 0 }] },
      { rule: "VAT_RATE_NOT_ALLOWED", field: "vatRates.1.vatRate3" },
    ],
    [
      { vatRates: [RATE, { ...RATE, name: "stándard" }] },
      { rule: "VAT_RATE_TWICE", field: "vatRates.1.name", values: { rate: "stándard" } },
    ],
    ...["main", "MAIN", "ma in", "mаin"].map(
      (series) =>
        [
          { series: [MAIN, { ...IMPORT, name: series }] },
          { rule: "SERIES_TWICE", field: "series.1.name", values: { series, existing: "main" } },
        ] as const,
    ),
  ] as const) {
    test(`ChangeProfile, and founding, refuse ${expected.rule}`, async (t) => {
      const office = await open(t);
      await office.refuses("ChangeProfile", profile, {}, expected);
      await assert.rejects(open(t, { profile: profile as object }), (error) => isRefusal(error, expected));
    });
  }

  test("ChangeProfile changes the fields in the input and leaves the rest", async (t) => {
    const office = await open(t);
    const event = await office.accepts("ChangeProfile", { legalName: "Renamed Ltd", termsDays: 14, vatId: null });
    assert.deepEqual(event.data, { ...PROFILE, legalName: "Renamed Ltd", termsDays: 14, vatId: null });
    assert.deepEqual([event.stream, event.version], [1, 2]);
    const second = await office.accepts("ChangeProfile", { series: [MAIN, IMPORT] });
    assert.deepEqual(second.data, { ...event.data, series: [MAIN, IMPORT] });
  });

  test("ChangeProfile without a difference decides nothing", async (t) => {
    const office = await open(t);
    await office.decidesNothing("ChangeProfile", {});
    await office.run("ChangeProfile", { legalName: "Renamed Ltd" });
    await office.decidesNothing("ChangeProfile", { legalName: "Renamed Ltd" });
    await office.decidesNothing("ChangeProfile", { series: [MAIN], address: PROFILE.address });
  });

  test("ChangeProfile saves VAT rates, in their order", async (t) => {
    const office = await open(t);
    assert.deepEqual(office.books.organization()?.profile.vatRates, []);
    const vatRates = [RATE, EXEMPT, { ...RATE, name: "Reduced", vatRate3: 5000, reason: null }];
    const event = await office.accepts("ChangeProfile", { vatRates });
    assert.deepEqual(event.data, { ...PROFILE, vatRates });
    assert.deepEqual(office.books.organization()?.profile, { ...PROFILE, vatRates });
    await office.decidesNothing("ChangeProfile", { vatRates });
    await office.accepts("ChangeProfile", { vatRates: [EXEMPT] });
    assert.deepEqual(office.books.organization()?.profile.vatRates, [EXEMPT]);
  });

  test("ChangeProfile keeps the currency", async (t) => {
    const office = await open(t);
    await office.refuses(
      "ChangeProfile",
      { currency: "EUR" },
      {},
      { rule: "CURRENCY_FIXED", field: "currency", values: { from: "GBP", to: "EUR" } },
    );
  });

  test("ChangeProfile removes a series unless it is in use", async (t) => {
    const office = await open(t, { profile: { series: [MAIN, IMPORT] } });
    await office.accepts("ChangeProfile", { series: [{ ...MAIN, foreign: true }] });
    await office.accepts("ChangeProfile", { series: [MAIN, IMPORT] });

    await issuedOf(office);
    const inUse = { rule: "SERIES_IN_USE", field: "series", values: { series: "main" } } as const;
    await office.refuses("ChangeProfile", { series: [IMPORT] }, {}, inUse);
    await office.refuses("ChangeProfile", { series: [{ ...MAIN, foreign: true }, IMPORT] }, {}, inUse);
    await office.accepts("ChangeProfile", { series: [{ ...MAIN, kind: "invoice" }] });
    await office.accepts("ChangeProfile", { series: [IMPORT, { ...MAIN, kind: "invoice" }] });
  });

  test("ChangeLogo sets the image, and removes it", async (t) => {
    const office = await open(t);
    await office.decidesNothing("ChangeLogo", { logo: null });
    for (const [mediaType, image] of [
      ["image/png", PNG],
      ["image/jpeg", JPEG],
    ] as const) {
      const event = await office.accepts("ChangeLogo", { logo: { mediaType, image: image.toString("base64") } });
      assert.equal(event.type, "OrganizationLogoChanged");
      assert.equal(event.data.logo?.mediaType, mediaType);
      assert.deepEqual(Buffer.from(event.data.logo.image), image);
      assert.equal(office.books.organization()?.hasLogo, true);
    }
    const taken = await office.accepts("ChangeLogo", { logo: null });
    assert.deepEqual(taken.data, { logo: null });
    await office.decidesNothing("ChangeLogo", { logo: null });
  });

  test("ChangeLogo refuses bytes that do not match the media type", async (t) => {
    const office = await open(t);
    for (const [mediaType, image] of [
      ["image/png", JPEG],
      ["image/jpeg", PNG],
      ["image/png", PNG.subarray(0, 7)],
      ["image/jpeg", Buffer.alloc(0)],
    ] as const) {
      const logo = { mediaType, image: Buffer.from(image).toString("base64") };
      await office.refuses("ChangeLogo", { logo }, {}, { rule: "LOGO_NOT_AN_IMAGE", field: "logo" });
    }
  });

  test("ChangeProfile and ChangeLogo are for owners", async (t) => {
    const office = await open(t);
    const user = { email: "clerk@example.com", name: "Cleo", role: "clerk" };
    const { stream: clerk } = await office.run("AddUser", user);
    const expected = { rule: "ROLE_TOO_WEAK", values: { role: "clerk" } } as const;
    await office.refuses("ChangeProfile", { legalName: "Mine" }, { actor: clerk }, expected);
    await office.refuses("ChangeLogo", { logo: null }, { actor: clerk }, expected);
  });
}
