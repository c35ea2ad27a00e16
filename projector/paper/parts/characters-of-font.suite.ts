/** Which characters a font has, from its table `cmap`. */
import { tableOf } from "./fonts.ts";

/** The code points that have a glyph: of the subtables for Unicode, in formats 4 and 12. */
export function charactersOf(font: Buffer): Set<number> {
  const { start } = tableOf(font, "cmap");
  const characters = new Set<number>();
  const count = font.readUInt16BE(start + 2);
  for (let n = 0; n < count; n++) {
    const record = start + 4 + 8 * n;
    const platform = font.readUInt16BE(record);
    const at = start + font.readUInt32BE(record + 4);
    if (platform !== 0 && platform !== 3) continue;
    const format = font.readUInt16BE(at);
    if (format === 12) addGroups(font, at, characters);
    if (format === 4) addSegments(font, at, characters);
  }
  return characters;
}

function addGroups(font: Buffer, at: number, characters: Set<number>): void {
  const count = font.readUInt32BE(at + 12);
  for (let n = 0; n < count; n++) {
    const group = at + 16 + 12 * n;
    const last = font.readUInt32BE(group + 4);
    const glyph = font.readUInt32BE(group + 8);
    const first = font.readUInt32BE(group);
    for (let code = first; code <= last; code++) if (glyph + code - first !== 0) characters.add(code);
  }
}

function addSegments(font: Buffer, at: number, characters: Set<number>): void {
  const count = font.readUInt16BE(at + 6) / 2;
  const part = (n: number, index: number) => at + 14 + (n === 0 ? 0 : 2) + 2 * (n * count + index);
  for (let n = 0; n < count; n++) {
    const last = font.readUInt16BE(part(0, n));
    const first = font.readUInt16BE(part(1, n));
    const delta = font.readUInt16BE(part(2, n));
    const offset = font.readUInt16BE(part(3, n));
    for (let code = first; code <= last && code < 0xffff; code++) {
      const glyph =
        offset === 0 ? (code + delta) & 0xffff : font.readUInt16BE(part(3, n) + offset + 2 * (code - first));
      if (glyph !== 0) characters.add(code);
    }
  }
}
