/** Reads logos from PNG and JPEG files, and scales down those that are too large for the log. */

import { MAX_LOGO_BYTES } from "../../../events/values/logo.ts";

export interface Logo {
  mediaType: "image/png" | "image/jpeg";
  bytes: Uint8Array;
  /** The new size in pixels; null if the file is unchanged. */
  scaledTo: { width: number; height: number } | null;
}

/** Larger files are refused unread, bytes. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Lengths to try for the longer side, pixels. On paper, a logo is about 300 pixels wide. */
const SIDES = [1200, 900, 600, 450, 300, 200, 128];

/** @throws Error with a message for the user */
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

/** Recognizes the type by the first bytes: the name proves nothing. */
function mediaTypeOf(bytes: Uint8Array): Logo["mediaType"] | null {
  const begins = (...magic: number[]) => magic.every((byte, n) => bytes[n] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  return begins(0xff, 0xd8, 0xff) ? "image/jpeg" : null;
}

async function scaledDown(image: ImageBitmap, mediaType: Logo["mediaType"]): Promise<Logo> {
  for (const side of SIDES) {
    const factor = Math.min(1, side / Math.max(image.width, image.height));
    const width = Math.max(1, Math.round(image.width * factor));
    const height = Math.max(1, Math.round(image.height * factor));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) break;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: mediaType, quality: 0.85 });
    if (blob.size <= MAX_LOGO_BYTES)
      return { mediaType, bytes: new Uint8Array(await blob.arrayBuffer()), scaledTo: { width, height } };
  }
  throw new Error("The picture is still too large after it was scaled down. Choose a simpler one.");
}

export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
