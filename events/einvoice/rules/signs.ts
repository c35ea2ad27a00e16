/** The signs of the two VAT totals, which the rules of Peppol compare differently in the two syntaxes. */
import type { SemanticInvoice } from "../semantic.ts";
import { type Check, checkOf, whole } from "./rule.ts";

type Totals = (taxMinor: number, accountingMinor: number) => boolean;

const checkSigns = (differ: Totals): Check =>
  checkOf("document", whole, [
    {
      rule: "PEPPOL-EN16931-R055",
      term: "BT-111",
      path: "accounting.taxMinor",
      text: "The VAT in the other currency has another sign than the document's VAT.",
      broken: ({ accounting, totals }: SemanticInvoice) =>
        accounting !== null && differ(totals.taxMinor, accounting.taxMinor),
    },
  ]);

/** Zero has either sign in UBL. */
export const checkSignsInUbl = checkSigns((tax, accounting) => tax * accounting < 0);

/** Zero counts as above zero in CII. */
export const checkSignsInCii = checkSigns((tax, accounting) => tax < 0 !== accounting < 0);
