/** `node desktop/package/resources/make-icon.suite.ts`: writes `icon.ico` from `icon.svg`. Chromium draws each size. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../../app-tests/chromium.suite.ts";

const SIZES = [16, 20, 24, 32, 40, 48, 64, 96, 128, 256];

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const svg = readFileSync(at("icon.svg")).toString("base64");
const browser = await launchChromium();
const images: { size: number; png: Buffer }[] = [];
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<body style="margin:0"><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${svg}">`,
  );
  images.push({ size, png: await page.screenshot({ omitBackground: true }) });
  await page.close();
}
await browser.close();

// ICONDIR, one ICONDIRENTRY for each image, and the images as PNG, which Windows supports since Vista.
const header = Buffer.alloc(6 + 16 * images.length);
header.writeUInt16LE(1, 2);
header.writeUInt16LE(images.length, 4);
let offset = header.length;
images.forEach(({ size, png }, n) => {
  const entry = 6 + 16 * n;
  header.writeUInt8(size % 256, entry);
  header.writeUInt8(size % 256, entry + 1);
  header.writeUInt16LE(1, entry + 4);
  header.writeUInt16LE(32, entry + 6);
  header.writeUInt32LE(png.length, entry + 8);
  header.writeUInt32LE(offset, entry + 12);
  offset += png.length;
});
writeFileSync(at("icon.ico"), Buffer.concat([header, ...images.map(({ png }) => png)]));
