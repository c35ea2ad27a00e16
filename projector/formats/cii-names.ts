/** What the CII files say by convention, for those who write and who read them. */

const UNCEFACT = "urn:un:unece:uncefact:data";
export const RSM = `${UNCEFACT}:standard:CrossIndustryInvoice:100`;
export const RAM = `${UNCEFACT}:standard:ReusableAggregateBusinessInformationEntity:100`;
export const QDT = `${UNCEFACT}:standard:QualifiedDataType:100`;
export const UDT = `${UNCEFACT}:standard:UnqualifiedDataType:100`;

/** A day as YYYYMMDD, by UNTDID 2379. */
export const DAY_FORMAT = "102";
/** A project has a name beside its id (BT-11); EN 16931-3-3 fixes it. */
export const PROJECT_NAME = "Project reference";
/** UNTDID 1001: what a referenced document is: BT-17; BT-18 and BT-128. */
export const TENDER_TYPE = "50";
export const OBJECT_TYPE = "130";

export const VAT = "VAT";
/** Of tax registrations: BT-31 and BT-32. */
export const VAT_REGISTRATION = "VA";
export const TAX_REGISTRATION = "FC";

/** BT-8: the model has codes of UNTDID 2005, and CII the codes of UNTDID 2475 for the same. */
export const TAX_POINT_CODES: readonly (readonly [ofModel: string, ofCii: string])[] = [
  ["3", "5"],
  ["35", "29"],
  ["432", "72"],
];
