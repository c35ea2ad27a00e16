/** Checks of the image and its compose file that need no build. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { openOffice } from "./sessions/people.suite.ts";

const ROOT = join(import.meta.dirname, "..");
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");

const dockerfile = textOf("api/Dockerfile").replaceAll(/\\\n\s*/g, " ");
const compose = textOf("compose.yaml");
const { dependencies, scripts } = JSON.parse(textOf("package.json")) as Record<string, Record<string, string>>;

/** The arguments of all instructions with a name. */
function instructions(name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, "gm"))].map(([, rest = ""]) => rest.trim());
}

/** A service by name: the lines indented below it. */
function serviceOf(name: string): string {
  const [, lines = ""] = new RegExp(`^  ${name}:\n((?: {4}.*\n|\n)+)`, "m").exec(compose) ?? [];
  assert.notEqual(lines, "", name);
  return lines;
}

test("the image copies existing files that the build context contains", () => {
  const ignored = textOf(".dockerignore").split("\n");
  assert.ok(ignored.includes("*"), "nothing but what is named");
  const copied = instructions("COPY").filter((line) => !line.startsWith("--from="));
  const files = copied.flatMap((line) => line.split(/\s+/).slice(0, -1));
  assert.deepEqual(
    files.toSorted().filter((file) => !file.includes(".json")),
    ["api", "events", "projector"],
  );
  for (const file of files) {
    assert.ok(existsSync(join(ROOT, file)), file);
    assert.ok(ignored.includes(`!${file}`), `.dockerignore: ${file}`);
  }
  for (const line of instructions("COPY").filter((line) => line.startsWith("--from=")))
    assert.match(line, /^--from=install \/app\/node_modules node_modules$/);
});

test("the files of the image are enough to serve and to shut down cleanly", async () => {
  const image = temporaryFolder();
  const isLeftOut = (path: string) => /\.(test|suite)\.ts$/.test(path); // as .dockerignore has it
  for (const line of instructions("COPY").filter((line) => !line.startsWith("--from="))) {
    const [target = "", ...from] = line.split(/\s+/).toReversed();
    for (const file of from)
      cpSync(join(ROOT, file), join(image, target === "./" ? file : target), {
        recursive: true,
        filter: (path) => !isLeftOut(path),
      });
  }
  symlinkSync(join(ROOT, "node_modules"), join(image, "node_modules"), "dir");
  const [, ...args] = JSON.parse(instructions("CMD").at(-1) ?? "[]") as string[];
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, INVOIFY_DATA: join(image, "data"), INVOIFY_JWT_SECRET: randomUUID(), INVOIFY_PORT: "0" };
  const child = spawn(process.execPath, args, { cwd: image, env, stdio: ["ignore", "pipe", "pipe"] });
  const failure = text(child.stderr);
  let output = "";
  for await (const chunk of child.stdout) {
    const before = output;
    output += String(chunk);
    if (!before.includes("listening") && output.includes("listening")) child.kill("SIGTERM"); // once: twice is "at once"
  }
  assert.match(output, /listening/, await failure);
  if (process.platform !== "win32") assert.equal(child.exitCode ?? (await once(child, "exit"))[0], 0, await failure);
});

test("the image has every library that it needs: none is a development dependency", () => {
  const missing = ["events", "projector", "api"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/\.(test|suite|child|steps)\./.test(file))
      .flatMap((file) =>
        [...textOf(join(folder, file)).matchAll(/\b(?:from|import\() ?"([^."\s][^"\s]*)"/g)]
          .map(([, name = ""]) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"))
          .filter((name) => !name.startsWith("node:") && dependencies?.[name] === undefined)
          .map((name) => `${folder}/${file}: ${name}`),
      ),
  );
  assert.deepEqual(missing, []);
});

test("the image runs the Node version that package.json pins", () => {
  const major = dependencies?.node?.split(".")[0];
  for (const base of instructions("FROM")) assert.match(base, new RegExp(`^node:${major}-`));
  const env = instructions("ENV").join(" ");
  assert.match(env, /\bPATH=\/app\/node_modules\/\.bin:\$PATH/);
  assert.match(env, /\bNODE_ENV=production\b/);
});

test("the image does not run as root, and may write to its data folder", () => {
  const lines = dockerfile.split("\n");
  const user = lines.lastIndexOf("USER node");
  assert.notEqual(user, -1);
  assert.ok(lines.findIndex((line) => line.startsWith("CMD")) > user);
  const [, data] = /INVOIFY_DATA=(\S+)/.exec(instructions("ENV").join(" ")) ?? [];
  assert.deepEqual(instructions("VOLUME"), [data]);
  assert.ok(instructions("RUN").some((line) => line.includes(`chown node:node ${data}`)));
});

test("the image starts what package.json starts", () => {
  const command = JSON.parse(instructions("CMD").at(-1) ?? "[]") as string[];
  assert.equal(command.join(" "), `${scripts?.["invoify-api"]} serve`);
  assert.ok(existsSync(join(ROOT, command[1] ?? "")));
});

test("the health check calls an existing route, over plain HTTP, without a token", async () => {
  const [check = ""] = instructions("HEALTHCHECK");
  const [, port, path] = /http:\/\/127\.0\.0\.1:(\d+)(\/[\w/]+)/.exec(check) ?? [];
  assert.deepEqual(instructions("EXPOSE"), [port]);
  const { api } = await openOffice();
  assert.ok(api.routes.some(({ method, url, access }) => method === "GET" && url === path && access === "public"));
});

test("compose builds that image, requires a secret, publishes ports only on this machine, and waits for the shutdown", () => {
  const service = serviceOf("api");
  const [, path = ""] = /dockerfile: (\S+)/.exec(service) ?? [];
  assert.ok(existsSync(join(ROOT, path)), path);
  assert.match(service, /INVOIFY_JWT_SECRET: \$\{INVOIFY_JWT_SECRET:\?/);
  for (const [, port] of compose.matchAll(/^ +- "?([\d.:]+:\d+)"?$/gm)) assert.match(port ?? "", /^127\.0\.0\.1:/);
  const [, grace] = /stop_grace_period: (\d+)s/.exec(service) ?? [];
  assert.ok(Number(grace) > 10, "longer than a server takes to finish (draining.ts)");
  const [, replicaSet] = /MONGODB_URL: \S+replicaSet=(\w+)/.exec(service) ?? [];
  assert.ok(serviceOf("mongo").includes(`"--replSet", "${replicaSet}"`));
  for (const [, volume] of compose.matchAll(/- ([a-z-]+):\/data/g))
    assert.match(compose, new RegExp(`^  ${volume}:`, "m"));
});
