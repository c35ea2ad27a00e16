/** Writes files into a folder, one after the other: those that cannot be had are named, and the others are written. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { writeWholeFile } from "../../../events/sources/file/whole-file.ts";
import { Failure, interruptionOf } from "../../command-line/failure.ts";
import { kindOfFile } from "../../command-line/logs-and-caches.ts";
import { makeFolder } from "../../command-line/target-folder.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { FileNames } from "../../maker/file-name.ts";
import { countOf } from "../../text/figures.ts";

interface FileToWrite {
  /** What it is of, for people. */
  of: string;
  /** @returns a text: why it cannot be had */
  get(): Promise<WrittenFile | string>;
}

interface WrittenFile {
  name: string;
  bytes: Uint8Array;
  /** Printed behind its name; default: nothing is printed. */
  remark?: string;
}

/**
 * @param options.unit what is counted, such as `document`
 * @throws Failure if there is one that could not be written; Interruption
 */
export async function writeFiles(
  files: readonly FileToWrite[],
  { folder, unit, terminal }: { folder: string; unit: string; terminal: Terminal },
): Promise<void> {
  const signal = terminal.stopSignal();
  const progress = terminal.progress("writing", `${unit}s`);
  const names = new FileNames();
  const counts = { written: 0, there: 0, failed: 0 };
  makeFolder(folder);
  try {
    for (const [n, one] of files.entries()) {
      await breathe(); // a signal can arrive
      if (signal.aborted) throw interruptionOf(signal, "run the same command again to write the rest");
      const file = await one.get();
      const result = typeof file === "string" ? { problem: file } : await write(folder, names.unused(file.name), file);
      if ("problem" in result) {
        counts.failed++;
        progress.note(`${one.of}: ${result.problem}`);
      } else {
        counts[result.is]++;
        if (result.remark !== undefined) terminal.out(`${result.name}  ${result.remark}`);
      }
      progress.update(n + 1, files.length);
    }
  } finally {
    progress.end();
  }
  const { written, there, failed } = counts;
  terminal.out(`${folder}: ${countOf(written, unit)} written${there === 0 ? "" : `, ${there} there already`}`);
  if (failed > 0) throw new Failure(`${countOf(failed, unit)} of ${files.length} could not be written`);
}

type Written = { is: "written" | "there"; name: string; remark: string | undefined };

async function write(
  folder: string,
  name: string,
  { bytes, remark }: WrittenFile,
): Promise<Written | { problem: string }> {
  const path = join(folder, name);
  if (kindOfFile(path) === "missing") {
    await writeWholeFile(path, (file) => file.writeFile(bytes));
    return { is: "written", name, remark };
  }
  if (readFileSync(path).equals(bytes)) return { is: "there", name, remark };
  return { problem: `${path} has other content; it was not changed` };
}
