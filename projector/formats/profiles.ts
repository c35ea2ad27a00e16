/** Which rules a file claims to keep: specification (BT-24) and business process (BT-23). */
import type { DocumentFormat } from "../../events/einvoice/formats.ts";

export const UBL_FORMATS = ["peppol-bis-3", "xrechnung-ubl", "ubl"] as const satisfies DocumentFormat[];
export type UblFormat = (typeof UBL_FORMATS)[number];

export const CII_FORMATS = ["factur-x", "xrechnung-cii", "cii"] as const satisfies DocumentFormat[];
export type CiiFormat = (typeof CII_FORMATS)[number];

export type XmlFormat = UblFormat | CiiFormat;

export interface Profile {
  /** BT-24 */
  specification: string;
  /** BT-23 */
  process: string | null;
}

const PEPPOL_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
/** EN 16931 without anything added; also the EN 16931 profile of Factur-X. */
const EN_16931: Profile = { specification: "urn:cen.eu:en16931:2017", process: null };
const XRECHNUNG: Profile = {
  specification: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
  process: PEPPOL_BILLING,
};

const PROFILES: Readonly<Record<XmlFormat, Profile>> = {
  "peppol-bis-3": {
    specification: "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    process: PEPPOL_BILLING,
  },
  "xrechnung-ubl": XRECHNUNG,
  "xrechnung-cii": XRECHNUNG,
  "factur-x": EN_16931,
  ubl: EN_16931,
  cii: EN_16931,
};

export function profileOf(format: XmlFormat): Profile {
  return PROFILES[format];
}
