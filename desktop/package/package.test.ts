/** The package for Windows, built by electron-builder with a stand-in for Electron's program. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { extractFile, getRawHeader, listPackage } from "@electron/asar";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { FuseState } from "@electron/fuses/dist/constants.js";
import { NtExecutable, NtExecutableResource, Resource } from "resedit";
import { FONT_FILES } from "../../projector/paper/parts/fonts.ts";
import { APP_VERSION } from "../shell/version.ts";
import { packagingOf } from "./packaging.ts";
import { packWithStub } from "./packed.suite.ts";
import { COMPANY, PUBLISHER } from "./publisher.ts";
import { windows, wineTest } from "./wine.suite.ts";

const FEED = "https://updates.example/invoify";
const packed = await packWithStub({ tools: windows, updates: FEED });
const asar = join(packed, "resources", "app.asar");

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

/** What makes documents. */
const TYPST = "typst-ts-node-compiler.win32-x64-msvc.node";
const FONTS = FONT_FILES.map((file) => `fonts/${file}`);

test("the package contains the app's own files, its libraries for Windows, its fonts, and nothing else", () => {
  const folders = new Set(FONTS.flatMap((file) => [dirname(file), dirname(dirname(file)), "fonts"]));
  assert.deepEqual(
    listPackage(asar, { isPack: false })
      .map((path) => path.slice(1))
      .sort(),
    [
      "LICENSES.txt",
      ...folders,
      ...FONTS,
      "main.cjs",
      "maker-program.cjs",
      "package.json",
      "page",
      "page/app.css",
      "page/app.js",
      "page/index.html",
      "page/pdf.js",
      "page/pdf.worker.js",
      "preload.cjs",
      "row-thread-program.cjs",
      TYPST,
      "win32-x64.node",
      "worker.cjs",
    ].sort(),
  );
  assert.deepEqual(filesIn(join(packed, "resources", "app.asar.unpacked")), [TYPST, "win32-x64.node"]);
  for (const library of [TYPST, "win32-x64.node"]) {
    const addon = readFileSync(join(packed, "resources", "app.asar.unpacked", library));
    assert.equal(addon.subarray(0, 2).toString(), "MZ", "a library for Windows");
  }
  assert.deepEqual(
    filesIn(packed).filter((path) => !path.startsWith("locales/")),
    [
      "Invoify.exe",
      "LICENSE.electron.txt",
      "LICENSES.chromium.html",
      "resources/app-update.yml",
      "resources/app.asar",
      `resources/app.asar.unpacked/${TYPST}`,
      "resources/app.asar.unpacked/win32-x64.node",
      "version",
    ],
  );
});

test("the package contains no server, no source map, and no path of the build machine", () => {
  for (const name of [
    "main.cjs",
    "worker.cjs",
    "row-thread-program.cjs",
    "maker-program.cjs",
    "preload.cjs",
    "page/app.js",
    "page/pdf.js",
    "page/pdf.worker.js",
  ]) {
    const text = extractFile(asar, name).toString();
    for (const word of ["fastify", "mongodb", "sourceMappingURL", import.meta.dirname])
      assert.ok(!text.includes(word), `${name} contains ${word}`);
  }
  const about = JSON.parse(extractFile(asar, "package.json").toString());
  assert.deepEqual([about.main, about.version, about.dependencies], ["main.cjs", APP_VERSION, undefined]);
  const licenses = extractFile(asar, "LICENSES.txt").toString();
  assert.match(licenses, /SIL OPEN FONT LICENSE/i);
  for (const name of ["@expo-google-fonts/inter", "@myriaddreamin/typst-ts-node-compiler"])
    assert.match(licenses, new RegExp(`^${name} `, "m"));
  for (const name of ["better-sqlite3-multiple-ciphers", "electron-updater", "msgpackr", "preact", "zod"])
    assert.match(licenses, new RegExp(`^${name} `, "m"));
});

test("the fuses of Electron are set: the program does not run as Node, and runs this package only", async () => {
  const wire = await getCurrentFuseWire(join(packed, "Invoify.exe"));
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
    FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  ];
  const on = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ];
  for (const fuse of off) assert.equal(wire[fuse], FuseState.DISABLE, FuseV1Options[fuse]);
  for (const fuse of on) assert.equal(wire[fuse], FuseState.ENABLE, FuseV1Options[fuse]);
});

function resourcesOf(program: string): NtExecutableResource {
  return NtExecutableResource.from(NtExecutable.from(readFileSync(join(packed, program))));
}

test("the program knows the package's hash", () => {
  const resources = resourcesOf("Invoify.exe");
  const integrity = resources.entries.find(({ type, id }) => type === "INTEGRITY" && id === "ELECTRONASAR");
  assert.ok(integrity);
  const hash = createHash("sha256").update(getRawHeader(asar).headerString).digest("hex");
  assert.deepEqual(JSON.parse(Buffer.from(integrity.bin).toString()), [
    { file: "resources\\app.asar", alg: "SHA256", value: hash },
  ]);
});

wineTest("the program has its name, version and icon", async () => {
  const resources = resourcesOf("Invoify.exe");
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  const [language] = info?.getAllLanguagesForStringValues() ?? [];
  assert.ok(info && language);
  const { ProductName, FileDescription, CompanyName, FileVersion, LegalCopyright } = info.getStringValues(language);
  assert.deepEqual([ProductName, FileDescription, CompanyName], ["Invoify", "Invoify", COMPANY]);
  assert.match(FileVersion ?? "", new RegExp(`^${RegExp.escape(APP_VERSION)}`));
  assert.match(LegalCopyright ?? "", /Invoify/);
  const [icons] = Resource.IconGroupEntry.fromEntries(resources.entries);
  assert.deepEqual([icons?.icons.length, icons?.icons.at(-1)?.width], [10, 0], "256 is written as 0");
});

test("the publisher is named, so that updates can be checked; the uninstaller keeps the data", () => {
  const { win, nsis, publish } = packagingOf({ output: "" });
  assert.deepEqual(win?.signtoolOptions?.publisherName, [PUBLISHER]);
  for (const part of ["CN", "O", "L", "C"])
    assert.match(PUBLISHER, new RegExp(`(?:^|, )${part}=[^,]+`), "the full name");
  assert.notEqual(win?.signAndEditExecutable, false);
  assert.equal(
    readFileSync(join(packed, "resources", "app-update.yml"), "utf8"),
    `provider: generic\nurl: ${FEED}\nupdaterCacheDirName: invoify-updater\npublisherName:\n  - ${PUBLISHER}\n`,
  );
  for (const address of ["http://updates.example", "ftp://updates.example", "updates.example"])
    assert.throws(() => packagingOf({ output: "", updates: address }), /https/, address);
  assert.deepEqual([nsis?.oneClick, nsis?.perMachine, nsis?.deleteAppDataOnUninstall], [false, false, false]);
  assert.equal(publish, null);
});
