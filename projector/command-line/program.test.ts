import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { defineCommand } from "./command.ts";
import { Failure } from "./failure.ts";
import { type Program, runCommand, runProgram } from "./program.ts";
import { ProgressBar } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** A terminal that records its output. */
function newTerminal() {
  const out: string[] = [];
  const notes: string[] = [];
  const terminal: Terminal = {
    env: {},
    out: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    progress: (label) => new ProgressBar(label),
    stopSignal: () => new AbortController().signal,
  };
  return { terminal, out, notes };
}

const loaded: string[] = [];

function commandOf(program: string | null, name: string) {
  loaded.push(name);
  return defineCommand({
    program,
    name,
    about: `About ${name}.`,
    positionals: ["FILE"],
    options: { size: { type: "string", value: "N", help: "how large" } },
    async run({ values: { size }, positionals: [file] }, terminal) {
      if (file === "broken") throw new Failure(`${file} cannot be read`);
      terminal.out(`${name} ${file} ${size}`);
      return 0;
    },
  });
}

const shelf: Program = {
  name: "shelf",
  commands: {
    show: { summary: "shows one", load: async () => commandOf("shelf", "show") },
    "book add": { summary: "adds a book", load: async () => commandOf("shelf", "book add") },
  },
  about: "A shelf is a folder.",
};

async function run(...args: string[]) {
  const { terminal, out, notes } = newTerminal();
  return { code: await runProgram(shelf, args, terminal), out: out.join("\n"), notes: notes.join("\n") };
}

test("runProgram() runs the command that its first words name, and loads no other", async () => {
  loaded.length = 0;
  assert.deepEqual(await run("book", "add", "a.txt", "--size", "3"), { code: 0, out: "book add a.txt 3", notes: "" });
  assert.deepEqual(loaded, ["book add"]);
});

test("runProgram() lists all commands without loading one, and explains each", async () => {
  loaded.length = 0;
  const { code, out } = await run("--help");
  assert.equal(code, 0);
  assert.match(out, /^shelf COMMAND --help .*\n\n {2}show {6}shows one\n {2}book add {2}adds a book\n\nA shelf/);
  assert.match(out, /Exit codes: 0 for success; 1 for failure; 2 /);
  assert.deepEqual(loaded, []);
  assert.equal((await run("help")).out, out);
  const explained = await run("book", "add", "--help");
  assert.match(explained.out, /^shelf book add FILE \[--size N\]\n\nAbout book add\.\n/);
  assert.equal((await run("help", "book", "add")).out, explained.out);
});

test("runProgram() reports wrong arguments with exit code 2, and a failure with 1", async () => {
  const wrong: [args: string[], code: number, message: string][] = [
    [[], 2, "no command; see shelf --help"],
    [["burn"], 2, "there is no command burn; see shelf --help"],
    [["--burn"], 2, "there is no option --burn; see shelf --help"],
    [["book"], 2, "there is no command book; see shelf --help"],
    [["book", "burn"], 2, "there is no command book burn; see shelf --help"],
    [["book", "add"], 2, "book add needs FILE; see shelf book add --help"],
    [["show", "broken"], 1, "broken cannot be read"],
  ];
  for (const [args, code, notes] of wrong) assert.deepEqual(await run(...args), { code, out: "", notes });
});

test("runCommand() runs a program with a single command", async () => {
  const { terminal, out, notes } = newTerminal();
  const alone = commandOf(null, "alone");
  assert.equal(await runCommand(alone, ["--help"], terminal), 0);
  assert.match(out.join(), /^alone FILE \[--size N\]\n/);
  assert.equal(await runCommand(alone, [], terminal), 2);
  assert.deepEqual(notes, ["alone needs FILE; see alone --help"]);
});

test("runCommand() reports an address in use, with exit code 2", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const serve = defineCommand({
    program: null,
    name: "serve",
    about: "",
    positionals: [],
    options: {},
    run: async () => {
      await once(createServer().listen(port, "127.0.0.1"), "listening");
      return 0;
    },
  });
  const { terminal, notes } = newTerminal();
  assert.equal(await runCommand(serve, [], terminal), 2);
  assert.deepEqual(notes, [`127.0.0.1:${port}: another program already uses this address`]);
  server.close();
});
