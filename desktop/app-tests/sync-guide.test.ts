/** SYNC_GUIDE.md, compared with the code. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { READS } from "../../projector/queries/reads/reads.ts";
import { ARGUMENTS } from "../contract/arguments.ts";
import { startDesktop } from "../worker/sync/desktop.suite.ts";

const root = new URL("../../", import.meta.url);
const guide = readFileSync(new URL("SYNC_GUIDE.md", root), "utf8");

/** The names in backquotes in a part of the guide. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/`([a-z][A-Za-z]+)(?:\([a-z]*\))?`/g)].map(([, name = ""]) => name));
}

function part(heading: string): string {
  const start = guide.indexOf(`\n### ${heading}`);
  assert.ok(start > 0, heading);
  return guide.slice(start + 1, guide.indexOf("\n##", start + 5));
}

test("the guide names every call, and no other", () => {
  const table = part("`window.electron.call(name, argument)`")
    .split("\n")
    .filter((line) => /^\| (?:sync|login|reads|writing|this)/.test(line));
  assert.deepEqual([...namesIn(table.join("\n"))].sort(), Object.keys(ARGUMENTS).sort());
  const reads = table.find((line) => line.startsWith("| reads")) ?? "";
  assert.deepEqual([...namesIn(reads)].sort(), Object.keys(READS).sort());
});

test("the guide names every field of the status", async () => {
  const seat = await startDesktop();
  const rows = part("`window.electron.sync`")
    .split("\n")
    .filter((line) => /^\| `[a-zA-Z]+` \|/.test(line));
  assert.deepEqual(rows.map((line) => line.split("`")[1]).sort(), Object.keys(seat.desktop.status).sort());
});

test("the files and links in the guide exist", () => {
  const links = [...guide.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = ""]) => link);
  const files = [...guide.matchAll(/`((?:api|desktop|projector)\/[\w./-]+\.tsx?)`/g)].map(([, file = ""]) => file);
  assert.ok(links.length > 2 && files.length > 3);
  for (const file of [...links, ...files]) assert.ok(existsSync(new URL(file, root)), file);
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, text = ""]) => text.toLowerCase().replaceAll(" ", "-"));
  for (const [, anchor = ""] of guide.matchAll(/\]\(#([\w-]+)\)/g)) assert.ok(headings.includes(anchor), anchor);
});
