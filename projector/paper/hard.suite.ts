/** Documents that are hard to set: unbroken names, many lines, and the letters of other scripts. */
import type { SemanticInvoice, SemanticLine } from "../../events/einvoice/semantic.ts";
import { INVOICE, LINE } from "./paper.suite.ts";
import { RICH } from "./rich.suite.ts";

const unbroken = (letter: string, end: string) => `${letter.repeat(200 - end.length)}${end}`;

/** Every text is one word of 200 characters, each with an end of its own. */
export function unbrokenInvoice(letter: string): { invoice: SemanticInvoice; ends: string[] } {
  const ends: string[] = [];
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string" && isText(key, value)) {
      // Behind a hyphen, a word is parted before it, and nowhere within it.
      const end = `q${ends.length.toString().padStart(3, "0")}`;
      ends.push(end);
      return unbroken(letter, `-${end}`);
    }
    if (Array.isArray(value)) return value.map((each) => change(each, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each, name)]));
  };
  return { invoice: change(RICH, "") as SemanticInvoice, ends };
}

const CODES = new Set([
  "kind",
  "typeCode",
  "currency",
  "country",
  "unit",
  "vatCategory",
  "subject",
  "origin",
  "meansCode",
]);

function isText(key: string, value: string): boolean {
  return !CODES.has(key) && !/^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** Largest amounts, in every figure. */
export const LARGEST: SemanticInvoice = {
  ...RICH,
  totals: Object.fromEntries(
    Object.keys(RICH.totals).map((key) => [key, -Number.MAX_SAFE_INTEGER]),
  ) as unknown as SemanticInvoice["totals"],
  taxes: RICH.taxes.map((tax) => ({
    ...tax,
    taxableMinor: Number.MAX_SAFE_INTEGER,
    taxMinor: -Number.MAX_SAFE_INTEGER,
  })),
  lines: RICH.lines.map((line) => ({
    ...line,
    quantity6: Number.MAX_SAFE_INTEGER,
    price6: Number.MAX_SAFE_INTEGER,
    netMinor: -Number.MAX_SAFE_INTEGER,
  })),
};

/** Many lines with long descriptions. */
export function longInvoice(count: number, letters = 400): SemanticInvoice {
  const words = "Replacement of seals, pump and boiler with test under pressure for two hours ";
  const description = words.repeat(Math.ceil(letters / words.length)).slice(0, letters - 1);
  const line = (n: number): SemanticLine => ({
    ...LINE,
    id: `${n}`,
    name: `Part ${n}`,
    description: `${description}.`,
  });
  return { ...INVOICE, lines: Array.from({ length: count }, (_, n) => line(n + 1)) };
}

const SCRIPTS: readonly (readonly [name: string, text: string])[] = [
  ["Japanese", "株式会社さくら工業の修理サービス、部品代を含みます"],
  ["Chinese", "上海机械设备有限公司的年度维护服务与备件供应"],
  ["Korean", "서울 정밀 기계 주식회사 유지 보수 서비스"],
  ["Arabic", "شركة النور للتجارة والصيانة المحدودة"],
  ["Hebrew", "חברת אור למסחר ותחזוקה בע״מ"],
  ["Greek", "Υπηρεσίες συντήρησης μηχανημάτων Αθηνών"],
  ["Cyrillic", "Обслуживание и ремонт оборудования, город София"],
  ["Vietnamese", "Dịch vụ bảo trì thiết bị điện tử Hà Nội"],
  ["Hindi", "मशीन रखरखाव सेवा"],
];

/** A line in each script, and a buyer whose name mixes directions. */
export const WORLD: SemanticInvoice = {
  ...INVOICE,
  buyer: { ...INVOICE.buyer, name: "أحمد & Söhne (株) GmbH" },
  lines: SCRIPTS.map(([name, text], n) => ({
    ...LINE,
    id: `${n + 1}`,
    name: text,
    description: `${name}: ${text} (A-12, 3 × 4 mm)`,
  })),
};

export const SCRIPT_TEXTS = SCRIPTS.map(([, text]) => text);
