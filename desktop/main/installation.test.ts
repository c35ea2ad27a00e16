/** The folder of the files, the server that an administrator sets, and names of files. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { administratorServer, databaseFolder } from "./installation.ts";
import { fileNameOf, pageSizeFor } from "./ipc.ts";

const folder = temporaryFolder();
const path = join(folder, "Invoify", "settings.json");
mkdirSync(join(folder, "Invoify"));
const read = (env: Record<string, string> = {}) => administratorServer({ PROGRAMDATA: folder, ...env }, "win32");

test("administratorServer() reads the machine-wide file, also from Notepad; the variable has precedence", () => {
  assert.equal(read(), null, "there is no file");
  for (const [text, server] of [
    ['{ "server": "https://invoices.example" }', "https://invoices.example"],
    ['\ufeff{"server":"invoices.example:8443/"}', "https://invoices.example:8443"],
    ['{"server":"http://127.0.0.1:8080"}', "http://127.0.0.1:8080"],
  ] as const) {
    writeFileSync(path, text);
    assert.equal(read(), server);
  }
  assert.equal(read({ INVOIFY_SERVER: "https://other.example" }), "https://other.example");
  assert.equal(administratorServer({}, "win32"), null, "no %PROGRAMDATA%");
});

test("administratorServer() names the invalid file, and what is wrong in it", () => {
  for (const [text, words] of [
    ["{", /settings\.json: is not JSON/],
    ["{}", /settings\.json: server: /],
    ['{"server":"http://invoices.example"}', /settings\.json: server: is plain http/],
    ['{"server":"https://me:secret@invoices.example"}', /settings\.json: server: has a user name or a password/],
    ['{"server":"https://a.example","sever":1}', /settings\.json: .*sever/],
  ] as const) {
    writeFileSync(path, text);
    assert.throws(() => read(), words);
  }
  assert.throws(() => read({ INVOIFY_SERVER: "ftp://a.example" }), /^Error: INVOIFY_SERVER: server: is not an https/);
});

test("databaseFolder() is in the user's folder, or in the project if the app runs from sources", () => {
  const getPath = () => folder;
  assert.equal(databaseFolder({ isPackaged: true, getPath }), join(folder, "Invoify", "database"));
  const ours = fileURLToPath(new URL("../../.invoify/desktop", import.meta.url));
  assert.equal(databaseFolder({ isPackaged: false, getPath }), ours);
});

test("fileNameOf() gives a name that Windows accepts, never a path", () => {
  const long = "x".repeat(200);
  for (const [name, file] of [
    ["INV-00042", "INV-00042.pdf"],
    ["../../etc/passwd", "..-..-etc-passwd.pdf"],
    ["C:\\Windows\\x", "C--Windows-x.pdf"],
    ['a<b>c:d"e|f?g*h', "a-b-c-d-e-f-g-h.pdf"],
    ["line\nbreak\u0000", "line-break-.pdf"],
    ["ends with dots. .", "ends with dots.pdf"],
    ["", "invoice.pdf"],
    ["...", "invoice.pdf"],
    [long, `${"x".repeat(120)}.pdf`],
    ...["CON", "prn", "aux.1", "NUL .x", "COM1", "lpt9", "COM¹", "CONIN$"].map((name) => [name, `invoice ${name}.pdf`]),
    ["Console", "Console.pdf"],
    ["請求書 №7 é", "請求書 №7 é.pdf"],
  ] as [string, string][])
    assert.equal(fileNameOf(name), file);
});

test("pageSizeFor() is Letter in countries that use it, and A4 everywhere else", () => {
  for (const country of ["US", "us", "CA", "MX", "PH"]) assert.equal(pageSizeFor(country), "Letter", country);
  for (const country of ["GB", "DE", "JP", "BR", ""]) assert.equal(pageSizeFor(country), "A4", country);
});
