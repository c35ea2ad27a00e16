/** That data stays data: no text of a user is code, reads a file, or loads a package. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WORLD } from "./hard.suite.ts";
import { INVOICE, inputOf, textOf } from "./paper.suite.ts";
import { paper } from "./paper.ts";
import { openTypesetter, SettingError } from "./parts/typesetter.ts";

const CODE = [
  '#read("/etc/hostname")',
  '#include "/etc/passwd"',
  '#import "@preview/cetz:0.3.0"',
  "#panic(1)",
  "#(1 + 1)",
  "#eval(sys.inputs)",
  "*bold* _slanted_ `raw` $x^2$ = Heading",
  "<label> @reference \\ // comment /* more */",
  "https://example.org --- ... ~ -? 1/2",
  '"quoted" \'single\' {"json": [1]}',
];

test("markup, paths and packages in data are printed as they are", () => {
  const lines = CODE.map((name, n) => ({
    ...(INVOICE.lines[0] ?? assert.fail()),
    id: `${n + 1}`,
    name,
    description: name,
  }));
  const text = textOf(
    paper(
      inputOf({
        ...INVOICE,
        lines,
        notes: CODE.map((each) => ({ subject: null, text: each })),
        terms: CODE.join("\n"),
      }),
    ),
  );
  for (const code of CODE) assert.ok(text.split(code).length >= 4, `${code} in ${text}`);
});

test("a template can read no file outside its workspace, and load no package", () => {
  const typesetter = openTypesetter(null);
  const set = (template: string) => typesetter.set({ template, data: {}, files: {}, standard: "1.7" });
  assert.ok(set("Nothing to read").length > 0);
  for (const template of [
    '#read("/etc/hostname")',
    '#read("../../../../etc/hostname")',
    '#image("/etc/hostname")',
    '#import "@preview/cetz:0.3.0": canvas',
    '#import "@local/x:0.1.0": y',
  ])
    assert.throws(() => set(template), SettingError, template);
});

test("a file has our fonts only, also where letters of a script are bold", () => {
  const names =
    Buffer.from(paper(inputOf(WORLD)))
      .toString("latin1")
      .match(/\/BaseFont ?\/[A-Z]{6}\+[\w-]+/g) ?? [];
  const own =
    "Inter-Regular Inter-SemiBold NotoSans-Regular NotoSansArabic-Regular NotoSansHebrew-Regular NotoSansJP-Regular";
  assert.deepEqual([...new Set(names.map((name) => name.replace(/.*\+/, "").replace(/-Identity-H$/, "")))].sort(), [
    ...own.split(" "),
    "NotoSansKR-Regular",
    "NotoSansSC-Regular",
  ]);
});

test("a logo that is no image leaves the brand in its place", () => {
  const logo = { mediaType: "image/png", image: Buffer.from("no image") } as const;
  assert.match(textOf(paper(inputOf(INVOICE, { logo }))), /^Nordlicht Werkstatt GmbH/);
});
