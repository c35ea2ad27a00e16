/** Logos from files: PNG or JPEG, made smaller where they are too large to be kept in the log. */

/** As the server has it: an event with a logo stays below 64 KiB. */
export const MAX_LOGO_BYTES = 48 * 1024;

export interface Logo {
  mediaType: "image/png" | "image/jpeg";
  bytes: Uint8Array;
  /** What was done to it; null: it is the file as it was. */
  scaledTo: { width: number; height: number } | null;
}

/** Files that are not even read, bytes. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Longest sides that are tried, in pixels: on paper a logo is some 300 wide. */
const SIDES = [1200, 900, 600, 450, 300, 200, 128];

/** @throws Error with words for people: what is wrong with the file */
export async function readLogo(file: File): Promise<Logo> {
  if (file.size > MAX_FILE_BYTES) throw new Error("The file is larger than 20 MB.");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === null) throw new Error("The file is neither a PNG nor a JPEG picture.");
  const image = await createImageBitmap(new Blob([bytes], { type: mediaType })).catch(() => {
    throw new Error("The picture cannot be read: the file is damaged.");
  });
  try {
    if (bytes.length <= MAX_LOGO_BYTES) return { mediaType, bytes, scaledTo: null };
    return await scaledDown(image, mediaType);
  } finally {
    image.close();
  }
}

/** By how it begins: a name may say anything. */
function mediaTypeOf(bytes: Uint8Array): Logo["mediaType"] | null {
  const begins = (...magic: number[]) => magic.every((byte, n) => bytes[n] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  return begins(0xff, 0xd8, 0xff) ? "image/jpeg" : null;
}

async function scaledDown(image: ImageBitmap, mediaType: Logo["mediaType"]): Promise<Logo> {
  for (const side of SIDES) {
    const by = Math.min(1, side / Math.max(image.width, image.height));
    const width = Math.max(1, Math.round(image.width * by));
    const height = Math.max(1, Math.round(image.height * by));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) break;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: mediaType, quality: 0.85 });
    if (blob.size <= MAX_LOGO_BYTES)
      return { mediaType, bytes: new Uint8Array(await blob.arrayBuffer()), scaledTo: { width, height } };
  }
  throw new Error("The picture stays too large, however small it is made: choose a simpler one.");
}

export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
