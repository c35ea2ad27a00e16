/** Colours that people can read. */

/** The colour of papers without one of their own: a deep blue. */
const OURS = "#1f3a5f";
/** WCAG 2.2, level AA, for text of any size. */
const MIN_CONTRAST = 4.5;

type Rgb = readonly [number, number, number];

/** The colour, as dark as it must be to be read on white: its shade stays, its light goes. */
export function readableColour(colour: string | null): string {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? OURS);
  if (!match) return OURS;
  const wanted = match.slice(1).map((part) => Number.parseInt(part, 16)) as unknown as Rgb;
  for (let light = 100; light > 0; light -= 2) {
    const shade = wanted.map((part) => Math.floor((part * light) / 100)) as unknown as Rgb;
    if (contrastWithWhite(shade) >= MIN_CONTRAST) return hex(shade);
  }
  return "#000000";
}

/** The contrast of a colour with white, as WCAG 2.2 has it: from 1 to 21. */
export function contrastWithWhite([red, green, blue]: Rgb): number {
  const part = (value: number) => {
    const share = value / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue) + 0.05);
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
