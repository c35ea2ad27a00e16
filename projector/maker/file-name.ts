/** The names of documents' files, which every system accepts: Windows has the strictest rules. */
import type { DocumentFormat } from "../../events/einvoice/formats.ts";

/** Longest name without its ending, UTF-16 code units; with 4 bytes each it still fits the 255 bytes of Linux. */
const MAX_UNITS = 60;

/** What Windows does not accept in a name: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NOT_ALLOWED = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f]/gu;
/** Characters that cannot be seen: what a name shows is then not what it is. */
const UNSEEN = /\p{Cf}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}/gu;
/** Devices of DOS, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

interface Named {
  /** Null: a draft. */
  number: string | null;
  id: number;
  seller: string;
}

/** The name of a document's file: its number and its seller, such as `INV-2026-0007 Muster GmbH.pdf`. */
export function fileNameOf({ number, id, seller }: Named, format: DocumentFormat): string {
  return `${safeName(`${number ?? `draft ${id}`} ${seller}`)}.${endingOf(format)}`;
}

export function endingOf(format: DocumentFormat): "pdf" | "xml" {
  return format === "pdf" || format === "factur-x" ? "pdf" : "xml";
}

/** A text as a part of a file's name. */
export function safeName(text: string): string {
  const allowed = text.normalize("NFC").replaceAll(UNSEEN, "").replaceAll(NOT_ALLOWED, "-").replaceAll(/\s+/gu, " ");
  const cut = allowed.slice(0, MAX_UNITS).replace(/[\ud800-\udbff]$/, "");
  // Windows takes dots and spaces off the end; a dot at the beginning hides a file elsewhere.
  const name = cut.replace(/[. ]+$/, "").replace(/^[. ]+/, "");
  return DEVICE.test(name) ? `_${name}` : name || "document";
}

/** Gives files in one folder different names, also where capitals make no difference. */
export class FileNames {
  readonly #taken = new Set<string>();

  /** @returns the name, or the name with a number before its ending if an earlier file has it */
  unused(name: string): string {
    const at = name.lastIndexOf(".");
    for (let n = 1; ; n++) {
      const one = n === 1 ? name : `${name.slice(0, at)} (${n})${name.slice(at)}`;
      const key = one.toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return one;
    }
  }
}
