/** The QR code of a SEPA credit transfer: EPC069-12, version 2. */
import { encode } from "uqr";

export interface CreditTransfer {
  /** Name of the beneficiary. */
  name: string;
  iban: string;
  bic: string | null;
  /** Euro cents. */
  amountMinor: number;
  /** What the payment must name. */
  remittance: string | null;
}

const MAX_NAME = 70;
const MAX_REMITTANCE = 140;
/** 999999999.99 euros */
const MAX_AMOUNT = 99_999_999_999;
/** QR version 13, at error correction M, has room for this many bytes. */
const MAX_BYTES = 331;

/**
 * What the code holds.
 *
 * @returns null if the standard has no code for it: an amount of nothing or above 999,999,999.99 euros, a reference that
 *   is too long
 */
export function creditTransferText({ name, iban, bic, amountMinor, remittance }: CreditTransfer): string | null {
  if (amountMinor < 1 || amountMinor > MAX_AMOUNT) return null;
  const reference = oneLine(remittance ?? "");
  if ([...reference].length > MAX_REMITTANCE) return null;
  const structured = isCreditorReference(reference);
  const cents = String(amountMinor).padStart(3, "0");
  const fields = [
    "BCD",
    "002",
    "1", // UTF-8
    "SCT",
    bicOf(bic),
    [...oneLine(name)].slice(0, MAX_NAME).join(""),
    iban.replaceAll(/\s/g, ""),
    `EUR${cents.slice(0, -2)}.${cents.slice(-2)}`,
    "", // purpose
    structured ? reference.replaceAll(/\s/g, "") : "",
    structured ? "" : reference,
  ];
  // Empty fields at the end, and the line ends before them, are left out.
  while (fields.at(-1) === "") fields.pop();
  const text = fields.join("\n");
  return Buffer.byteLength(text) > MAX_BYTES ? null : text;
}

/** A QR code as SVG, a module a unit, without the white around it that its place must have. */
export function codeImage(text: string): string {
  const { data, size } = encode([...Buffer.from(text)], { ecc: "M", boostEcc: false, border: 0, maxVersion: 13 });
  const path: string[] = [];
  for (const [y, row] of data.entries())
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      path.push(`M${start} ${y}h${x - start + 1}v1h${start - x - 1}z`);
    }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path d="${path.join("")}"/></svg>`;
}

/** Banks refuse a code with another text in this place, and find the bank by the IBAN if it is empty. */
function bicOf(text: string | null): string {
  const compact = (text ?? "").replaceAll(/\s/g, "").toUpperCase();
  return /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(compact) ? compact : "";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** An ISO 11649 reference, such as RF18 5390 0754 7034, whose check digits are right. */
function isCreditorReference(text: string): boolean {
  const compact = text.replaceAll(/\s/g, "");
  return /^RF\d{2}[A-Z0-9]{1,21}$/.test(compact) && checkedBy97(compact);
}

/** True if a text is an IBAN (ISO 13616) with the right check digits. Spaces do not count. */
export function isIban(text: string): boolean {
  const compact = text.replaceAll(/\s/g, "");
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact) && checkedBy97(compact);
}

/** ISO 7064, MOD 97-10: check digits stand behind two letters. */
function checkedBy97(text: string): boolean {
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}
