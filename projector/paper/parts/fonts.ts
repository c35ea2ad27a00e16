/** The fonts of all papers, and nothing of what a system has installed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The files, and what their families are called in papers. Latin, Greek and Cyrillic letters are Inter's; Noto has the
 * rest. The bold letters of Chinese, Japanese and Korean would be another 22 MB, so those are always regular.
 */
const FONTS: readonly { file: string; name: string; as: string }[] = [
  { file: "inter/400Regular/Inter_400Regular.ttf", name: "Inter", as: "InvfL" },
  { file: "inter/600SemiBold/Inter_600SemiBold.ttf", name: "Inter", as: "InvfL" },
  { file: "noto-sans/400Regular/NotoSans_400Regular.ttf", name: "Noto", as: "Invf" },
  { file: "noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf", name: "Noto", as: "Invf" },
  { file: "noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf", name: "Noto", as: "Invf" },
  { file: "noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf", name: "Noto", as: "Invf" },
  { file: "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf", name: "Noto", as: "Invf" },
  { file: "noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf", name: "Noto", as: "Invf" },
];

/**
 * Reads the fonts, and gives their families names that no system has: Typst looks at installed fonts too, and another
 * edition of Inter must never take the place of this one.
 *
 * @param folder where the packages' files are, with their paths; null: in the installed packages
 */
export function readFonts(folder: string | null): Buffer[] {
  const { resolve } = createRequire(import.meta.url);
  return FONTS.map(({ file, name, as }) => {
    const path = folder === null ? resolve(`@expo-google-fonts/${file}`) : join(folder, file);
    return renamed(readFileSync(path), name, as);
  });
}

/** The files of the fonts below `@expo-google-fonts`, for a package that brings its own copies. */
export const FONT_FILES: readonly string[] = FONTS.map(({ file }) => file);

/** Name records that hold a family: family, full name, typographic family. */
const FAMILY_NAMES = new Set([1, 4, 16]);

/** Replaces the start of the family's names by another of the same length. */
function renamed(font: Buffer, name: string, as: string): Buffer {
  const from = utf16(name);
  const to = utf16(as);
  const { start } = tableOf(font, "name");
  const count = font.readUInt16BE(start + 2);
  const texts = start + font.readUInt16BE(start + 4);
  for (let n = 0; n < count; n++) {
    const record = start + 6 + 12 * n;
    if (!FAMILY_NAMES.has(font.readUInt16BE(record + 6))) continue;
    const at = texts + font.readUInt16BE(record + 10);
    if (font.subarray(at, at + from.length).equals(from)) to.copy(font, at);
  }
  return font;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

/** Where a table of an OpenType font begins. */
export function tableOf(font: Buffer, tag: string): { start: number; length: number } {
  const count = font.readUInt16BE(4);
  for (let n = 0; n < count; n++) {
    const entry = 12 + 16 * n;
    if (font.toString("latin1", entry, entry + 4) === tag)
      return { start: font.readUInt32BE(entry + 8), length: font.readUInt32BE(entry + 12) };
  }
  throw new Error(`the font has no table ${tag}`);
}

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HANGUL = /\p{Script=Hangul}/u;

/**
 * The families for a document, in the order in which a character is looked for. Chinese characters have other shapes in
 * Japanese and in Korean: kana or hangul in a document say which ones it means.
 */
export function familiesFor(texts: string): readonly string[] {
  const [first, ...others] = KANA.test(texts)
    ? ["JP", "SC", "KR"]
    : HANGUL.test(texts)
      ? ["KR", "JP", "SC"]
      : ["SC", "JP", "KR"];
  return [
    "InvfL",
    "Invf Sans",
    "Invf Sans Arabic",
    "Invf Sans Hebrew",
    `Invf Sans ${first}`,
    ...others.map((each) => `Invf Sans ${each}`),
  ];
}
