/** Sets pages. Everything that is Typst's own stands in this file, so that it can be replaced. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { readFonts } from "./fonts.ts";

/** What is set: a template, which is code of ours, and data, which never is. */
export interface Setting {
  template: string;
  /** What the template reads as JSON. */
  data: object;
  /** Files that the template reads by name. */
  files: Readonly<Record<string, Uint8Array>>;
  /** For archives (PDF/A) or, without a date, plain PDF. */
  standard: "a-2a" | "a-3a" | "1.7";
}

export interface Typesetter {
  /** @throws SettingError if it cannot be set */
  set(setting: Setting): Uint8Array;
  /** Frees what earlier pages left in memory. */
  evict(): void;
}

/** The template, or what it was given, could not become pages. */
export class SettingError extends Error {
  override name = "SettingError";
}

/** Opens Typst with our fonts. It takes some 0.3 s and 100 MB, once in a process. */
export function openTypesetter(fontFolder: string | null): Typesetter {
  // The workspace is the only place that a template could read files of: it does not exist.
  const workspace = join(tmpdir(), `invoify-paper-${randomUUID()}`);
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: readFonts(fontFolder) }] });
  const main = join(workspace, "template.typ");
  let current: string | null = null;
  return {
    set({ template, data, files, standard }) {
      if (template !== current) {
        // It stays for the next pages: Typst parses it once.
        compiler.resetShadow();
        compiler.mapShadow(main, Buffer.from(template));
        current = template;
      }
      const given = { ...files, "sheet.json": Buffer.from(JSON.stringify(data)) };
      for (const [name, bytes] of Object.entries(given)) compiler.mapShadow(join(workspace, name), Buffer.from(bytes));
      try {
        // In one step: V8 does not know how much memory a compiled document has, so it would not be freed for long.
        return compiler.pdf({ mainFilePath: main }, { pdfStandard: standard });
      } catch (error) {
        throw new SettingError(`the pages could not be set: ${(error as Error).message}`, { cause: error });
      } finally {
        for (const name of Object.keys(given)) compiler.unmapShadow(join(workspace, name));
      }
    },
    evict() {
      compiler.evictCache(0);
    },
  };
}
