/** Checks the pages for operators: variables, commands, metrics, codes, links. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { LogError, type LogErrorCode } from "../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../projector/cache/errors.ts";
import { startProgram } from "./backup/backup-program.suite.ts";
import { LOG_FAILURES, PROBLEM_STATUS } from "./http/problem-codes.ts";
import { problemOf } from "./http/problems.ts";
import { Contradictions } from "./proofs/contradictions.ts";
import { Metrics } from "./routes/metrics.ts";

const ROOT = join(import.meta.dirname, "..");
const README = textOf("README.md");
const PAGE = textOf("api/README.md");

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Distinct matches of a pattern's first group, in order. */
function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ""))].toSorted();
}

/** The part of a page below a heading. */
function sectionOf(page: string, heading: string): string {
  const [, rest = ""] = page.split(`\n## ${heading}\n`);
  assert.notEqual(rest, "", heading);
  return rest.split(/\n## /)[0] ?? "";
}

const sources = ["api", "events", "projector", "desktop", "fixtures"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ name: `${folder}/${file}`, text: textOf(join(folder, file)) })),
);

test("README lists all variables of the configuration, and no unused ones", () => {
  const rows = sectionOf(README, "Environment variables").matchAll(/^\| (`[^|]+`) \| ([^|]+) \|/gm);
  const listed = [...rows].flatMap(([, names = "", of = ""]) =>
    namesIn(names, /`(\w+)`/g).map((name) => ({ name, ofApi: /\bapi\b/.test(of) })),
  );
  const configured = namesIn(textOf("api/config/config.ts"), /^ {2}([A-Z]+_[A-Z_]+):/gm);
  assert.ok(configured.includes("INVOIFY_JWT_SECRET") && configured.includes("MONGODB_URL"));
  assert.deepEqual(
    listed
      .filter(({ ofApi, name }) => ofApi && name !== "INVOIFY_OWNER_PASSWORD")
      .map(({ name }) => name)
      .toSorted(),
    configured,
  );
  for (const { name } of listed)
    assert.ok(
      sources.some(({ name: file, text }) => file !== "api/operating.test.ts" && text.includes(name)),
      `${name} is read somewhere`,
    );
});

test("the variables that the pages mention are in that list", () => {
  const listed = sectionOf(README, "Environment variables");
  for (const name of namesIn(`${PAGE}${textOf("compose.yaml")}${textOf("api/Dockerfile")}`, /\b(INVOIFY_[A-Z_]+)\b/g))
    assert.ok(listed.includes(`\`${name}\``), name);
});

test("the pages name all commands, and no others", async () => {
  const ended = await startProgram({ dataFolder: "none", mongoUrl: null }, "help").ended;
  assert.equal(ended.exitCode, 0, ended.stderr);
  const commands = namesIn(ended.stdout, /^ {2}((?:[a-z]+ )?[a-z]+) {2,}/gm);
  assert.deepEqual(commands, [
    "account link",
    "account release",
    "backup",
    "file prune",
    "file restore",
    "key create",
    "key rotate",
    "key show",
    "log fork",
    "organization create",
    "restore",
    "serve",
  ]);
  assert.deepEqual(namesIn(sectionOf(PAGE, "Start"), /^\| `invoify-api ((?:[a-z]+ )?[a-z]+)/gm), commands);
  const named = namesIn(PAGE, /invoify-api(?:\.ts)?(?: --)? ([a-z]+)/g).filter((name) => name !== "and"); // "`invoify-api` and"
  for (const name of named)
    assert.ok(
      commands.some((one) => one.split(" ")[0] === name),
      `invoify-api ${name}`,
    );
  for (const command of commands) assert.ok(README.includes(command), `README: ${command}`);

  const others = readdirSync(join(ROOT, "projector/invoify"));
  const invoify = namesIn(PAGE, /\binvoify ([a-z]+) \/|`invoify ([a-z]+)|\binvoify (replay|digest)/g).filter(Boolean);
  assert.ok(invoify.length > 0);
  for (const name of invoify) assert.ok(others.includes(`${name}.ts`), `invoify ${name}`);
});

test("the page names all metrics, and no others", async () => {
  const metrics = new Metrics();
  metrics.watch({
    organizations: { open: [], opening: 0 },
    ahead: { seen: () => [] },
    polls: { size: 0 },
    shares: { counts: { running: 0, waiting: 0 } },
    moments: { counts: { running: 0, waiting: 0 } },
    unread: { bytes: 0 },
    signing: { contradictions: new Contradictions(), clock: Date.now },
  });
  const { text } = await metrics.text();
  const made = namesIn(text, /^# TYPE (\w+) /gm);
  const table = sectionOf(PAGE, "Monitoring");
  const listed = namesIn(table, /`((?:invoify|nodejs|process)_\w+)`/g);
  for (const name of listed) assert.ok(made.includes(name), `${name} is not among ${made.join(", ")}`);
  assert.deepEqual(
    listed.filter((name) => name.startsWith("invoify_")),
    made.filter((name) => name.startsWith("invoify_")),
  );
});

test("the page explains every 503", () => {
  const type = /type CacheErrorCode =(.*?);/s.exec(textOf("projector/cache/errors.ts"))?.[1] ?? "";
  const ofCaches = namesIn(type, /\| "([A-Z_]+)"/g);
  assert.ok(ofCaches.includes("UNAVAILABLE"));
  const passing = [
    ...(Object.keys(LOG_FAILURES) as LogErrorCode[]).filter((code) => problemOf(new LogError(code, "")).status === 503),
    ...ofCaches.filter((code) => problemOf(new CacheError(code as CacheErrorCode, "")).status === 503),
  ];
  const thrown = Object.entries(PROBLEM_STATUS)
    .filter(([, status]) => status === 503)
    .map(([code]) => code);
  const table = sectionOf(PAGE, "What every 503 means").matchAll(/^\| (`[^|]+) \|/gm);
  const explained = [...table].flatMap(([, codes = ""]) => namesIn(codes, /`([A-Z_]+)`/g));
  assert.deepEqual(explained.toSorted(), [...new Set([...passing, ...thrown])].toSorted());
});

test("links of the pages lead to existing targets", () => {
  for (const page of ["README.md", "api/README.md", "events/README.md"]) {
    const text = textOf(page);
    for (const link of namesIn(text, /\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      assert.ok(existsSync(join(ROOT, target)), `${page}: ${link}`);
      if (anchor === undefined) continue;
      const anchors = namesIn(textOf(target), /^#+ (.+)$/gm).map((heading) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      );
      assert.ok(anchors.includes(anchor), `${page}: ${link}`);
    }
  }
});
