/** Documents on paper: PDF files of invoices, credit notes and statements. */
import { familiesFor } from "./parts/fonts.ts";
import type { PaperInput } from "./parts/input.ts";
import { openTypesetter, type Typesetter } from "./parts/typesetter.ts";
import { compose } from "./v1/compose.ts";
import { TEMPLATE } from "./v1/template.ts";

/**
 * The version that new papers have. A version freezes template, words, formats, fonts and typesetter: to change one of
 * them, copy the folder.
 */
export const PAPER_VERSION = 1;

let typesetter: Typesetter | undefined;
let fontFolder: string | null = null;

/** Where the fonts are (see `FONT_FILES`), if not in the installed packages. To be called before the first paper. */
export function setFontFolder(folder: string): void {
  fontFolder = folder;
}

/**
 * Sets a document on paper. It takes milliseconds to seconds and blocks its thread: run it in a worker. Equal input gives
 * equal bytes.
 *
 * @returns a PDF/A-2a file, tagged; with an attachment PDF/A-3a
 * @throws SettingError if the document cannot be set
 */
export function paper(input: PaperInput): Uint8Array {
  typesetter ??= openTypesetter(fontFolder);
  const { logo, attachment } = input;
  const logoFile = logo && (logo.mediaType === "image/png" ? "logo.png" : "logo.jpg");
  const sheet = compose(input, { fonts: familiesFor, logo: logoFile });
  const files = {
    ...(logo && logoFile ? { [logoFile]: logo.image } : {}),
    ...(attachment ? { attachment: attachment.bytes } : {}),
  };
  try {
    return typesetter.set({ template: TEMPLATE, data: sheet, files, standard: attachment ? "a-3a" : "a-2a" });
  } finally {
    // What Typst remembers of a paper makes the next ones slower, and 800 of them took 340 MB.
    evict();
  }
}

/** Frees what Typst remembers of earlier papers. */
export function evict(): void {
  typesetter?.evict();
}
