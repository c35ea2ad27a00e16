/** Documents on paper: PDF files of invoices, credit notes and statements. */
import { familiesFor } from "./parts/fonts.ts";
import type { PaperInput } from "./parts/input.ts";
import { openTypesetter, SettingError, type Typesetter } from "./parts/typesetter.ts";
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
 * @param version the one that a document was delivered on, to make the same pages again
 * @returns a tagged file: PDF/A-2a, with an attachment PDF/A-3a; PDF 1.7 for a draft without a date
 * @throws SettingError if the document cannot be set, or this release does not have the version
 */
export function paper(input: PaperInput, version: number = PAPER_VERSION): Uint8Array {
  if (version !== PAPER_VERSION)
    throw new SettingError(`its paper has version ${version}; this release has version ${PAPER_VERSION}`);
  typesetter ??= openTypesetter(fontFolder);
  try {
    return setWithLogo(typesetter, input);
  } finally {
    // What Typst remembers of a paper makes the next ones slower, and 800 of them took 340 MB.
    evict();
  }
}

/** A logo that cannot be read must not keep an issued document from being printed: the brand then takes its place. */
function setWithLogo(typesetter: Typesetter, input: PaperInput): Uint8Array {
  if (input.logo === null) return setInput(typesetter, input);
  try {
    return setInput(typesetter, input);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return setInput(typesetter, { ...input, logo: null });
  }
}

function setInput(typesetter: Typesetter, input: PaperInput): Uint8Array {
  const { logo, attachment } = input;
  const logoFile = logo && (logo.mediaType === "image/png" ? "logo.png" : "logo.jpg");
  const sheet = compose(input, { fonts: familiesFor, logo: logoFile });
  const files = {
    ...(logo && logoFile ? { [logoFile]: logo.image } : {}),
    ...(attachment ? { attachment: attachment.bytes } : {}),
  };
  const archived = attachment ? "a-3a" : "a-2a";
  const standard = sheet.file.date === null ? "1.7" : archived;
  return typesetter.set({ template: TEMPLATE, data: sheet, files, standard });
}

/** Frees what Typst remembers of earlier papers. */
export function evict(): void {
  typesetter?.evict();
}
