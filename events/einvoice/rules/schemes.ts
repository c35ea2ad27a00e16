/**
 * Numbers whose schemes say how they are written, some with check digits (PEPPOL-COMMON-R040 to R057). Peppol only warns
 * of wrong Italian and Dutch numbers, so they pass here too.
 */
import type { Finding } from "../finding.ts";
import type { Identifier, SemanticInvoice } from "../semantic.ts";
import type { Check } from "./rule.ts";

const DIGITS = /^[0-9]+$/;

function weighted(digits: string, weightOf: (fromRight: number) => number): number {
  return [...digits].reverse().reduce((sum, digit, n) => sum + Number(digit) * weightOf(n), 0);
}

/** A GLN, GTIN or SSCC of GS1. */
export function isGs1(number: string): boolean {
  if (!DIGITS.test(number)) return false;
  const sum = weighted(number.slice(0, -1), (n) => (n % 2 === 0 ? 3 : 1));
  return (10 - (sum % 10)) % 10 === Number(number.at(-1));
}

/** A Norwegian organization number. */
export function isNorwegian(number: string): boolean {
  if (!/^[0-9]{9}$/.test(number) || Number(number) === 0) return false;
  const sum = weighted(number.slice(0, -1), (n) => (n % 6) + 2);
  return (11 - (sum % 11)) % 11 === Number(number.at(-1));
}

/** A Swedish organization number (Luhn). */
export function isSwedish(number: string): boolean {
  if (!/^[0-9]{10}$/.test(number)) return false;
  const sum = [...number.slice(0, 9)].reverse().reduce((total, digit, n) => {
    const doubled = Number(digit) * (n % 2 === 0 ? 2 : 1);
    return total + (doubled % 10) + Math.floor(doubled / 10);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(number.at(-1));
}

/** A Belgian enterprise number. */
export function isBelgian(number: string): boolean {
  return /^[0-9]{10}$/.test(number) && 97 - (Number(number.slice(0, 8)) % 97) === Number(number.slice(8));
}

const ABN_WEIGHTS = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** An Australian business number. */
export function isAustralian(number: string): boolean {
  if (!/^[0-9]{11}$/.test(number)) return false;
  const sum = ABN_WEIGHTS.reduce((total, weight, n) => total + weight * (Number(number[n]) - (n === 0 ? 1 : 0)), 0);
  return sum % 89 === 0;
}

/** A Greek tax number. */
export function isGreek(number: string): boolean {
  if (!/^[0-9]{9}$/.test(number)) return false;
  return (weighted(number.slice(0, 8), (n) => 2 ** (n + 1)) % 11) % 10 === Number(number.at(-1));
}

interface Scheme {
  rule: string;
  name: string;
  valid(number: string): boolean;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  "0088": { rule: "PEPPOL-COMMON-R040", name: "GLN", valid: isGs1 },
  "0192": { rule: "PEPPOL-COMMON-R041", name: "Norwegian organization number", valid: isNorwegian },
  "0184": {
    rule: "PEPPOL-COMMON-R042",
    name: "Danish CVR number (8 digits)",
    valid: (number) => /^(?:DK)?[0-9]{8}$/.test(number),
  },
  "0096": {
    rule: "PEPPOL-COMMON-R052",
    name: "Danish P number (10 digits)",
    valid: (number) => /^[0-9]{10}$/.test(number),
  },
  "0198": {
    rule: "PEPPOL-COMMON-R053",
    name: "Danish SE number (DK and 8 digits)",
    valid: (number) => /^DK[0-9]{8}$/.test(number),
  },
  "0208": { rule: "PEPPOL-COMMON-R043", name: "Belgian enterprise number", valid: isBelgian },
  "0007": { rule: "PEPPOL-COMMON-R049", name: "Swedish organization number", valid: isSwedish },
  "0151": { rule: "PEPPOL-COMMON-R050", name: "Australian business number", valid: isAustralian },
};

interface Placed {
  identifier: Identifier | null;
  term: string;
  path: string;
  where: Finding["where"];
}

/** The numbers of parties that files state with their schemes. */
function numbersOf({ seller, buyer, payee }: SemanticInvoice): Placed[] {
  const parties = [
    { party: seller, path: "seller", where: "organization", terms: ["BT-34", "BT-30", "BT-29"] },
    { party: buyer, path: "buyer", where: "client", terms: ["BT-49", "BT-47", "BT-46"] },
  ] as const;
  return [
    ...parties.flatMap(({ party, path, where, terms: [electronic, company, identifier] }) => [
      { identifier: party.electronicAddress, term: electronic, path: `${path}.electronicAddress`, where },
      { identifier: party.companyId, term: company, path: `${path}.companyId`, where },
      ...party.identifiers.map((one, n) => {
        return { identifier: one, term: identifier, path: `${path}.identifiers.${n}`, where };
      }),
    ]),
    { identifier: payee?.id ?? null, term: "BT-60", path: "payee.id", where: "document" as const },
    { identifier: payee?.companyId ?? null, term: "BT-61", path: "payee.companyId", where: "document" as const },
  ];
}

export const checkSchemes: Check = (document) =>
  numbersOf(document).flatMap(({ identifier, term, path, where }) => {
    const scheme = identifier?.scheme ? SCHEMES[identifier.scheme] : undefined;
    if (identifier === null || scheme === undefined || scheme.valid(identifier.id.trim())) return [];
    return [{ rule: scheme.rule, term, path, where, text: `${identifier.id} is not a ${scheme.name}.` }];
  });
