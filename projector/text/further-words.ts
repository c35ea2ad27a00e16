/** What documents, parties and items state beyond the usual, in words; and how values are written. */

/** How a value is written. `amount`: in the row's currency; `stream`: a name; `code`: a word. */
export type ValueForm =
  | "text"
  | "amount"
  | "accounting"
  | "millionths"
  | "percent"
  | "rate"
  | "day"
  | "time"
  | "yes-no"
  | "number"
  | "bytes"
  | "stream"
  | "code";

export const FURTHER_WORDS = {
  format: ["Format", "text"],
  reason_code: ["Reason code", "text"],
  percent6: ["Percentage", "percent"],
  base_minor: ["Of the amount", "amount"],
  company_id_scheme: ["Scheme of the company number", "text"],
  tax_id: ["Tax number", "text"],
  legal_info: ["Legal information", "text"],
  electronic_address_id: ["Electronic address", "text"],
  electronic_address_scheme: ["Scheme of the electronic address", "text"],
  contact_name: ["Contact", "text"],
  contact_phone: ["Contact's phone", "text"],
  contact_email: ["Contact's e-mail", "text"],
  creditor_id: ["Creditor identifier", "text"],
  tax_representative_name: ["Tax representative", "text"],
  tax_representative_vat_id: ["Representative's VAT ID", "text"],
  tax_representative_street: ["Representative's street", "text"],
  tax_representative_street2: ["Representative's street, second line", "text"],
  tax_representative_city: ["Representative's city", "text"],
  tax_representative_postcode: ["Representative's post code", "text"],
  tax_representative_region: ["Representative's region", "text"],
  tax_representative_country: ["Representative's country", "code"],
  colour: ["Colour", "text"],
  identifier_id: ["Identifier", "text"],
  identifier_scheme: ["Scheme of the identifier", "text"],
  scheme: ["Scheme", "text"],
  version: ["Version", "text"],
  account: ["Account", "text"],
  value: ["Value", "text"],
  subject: ["Subject", "text"],
  text: ["Text", "text"],
  type_code: ["Type of document", "text"],
  tax_point_on: ["Tax point", "day"],
  tax_point_code: ["Tax point follows from", "text"],
  terms: ["Terms of payment", "text"],
  project: ["Project", "text"],
  contract: ["Contract", "text"],
  sales_order: ["Sales order", "text"],
  receipt: ["Receiving advice", "text"],
  despatch: ["Despatch advice", "text"],
  tender: ["Tender", "text"],
  object_id: ["Invoiced object", "text"],
  object_scheme: ["Scheme of the object", "text"],
  accounting_reference: ["Accounting reference", "text"],
  payee_name: ["Payee", "text"],
  payee_id: ["Payee's identifier", "text"],
  payee_id_scheme: ["Scheme of the payee's identifier", "text"],
  payee_company_id: ["Payee's company number", "text"],
  payee_company_id_scheme: ["Scheme of the payee's company number", "text"],
  delivery_name: ["Delivered to", "text"],
  delivery_location_id: ["Place of delivery", "text"],
  delivery_location_scheme: ["Scheme of the place", "text"],
  delivery_address_street: ["Street of delivery", "text"],
  delivery_address_street2: ["Street of delivery, second line", "text"],
  delivery_address_city: ["City of delivery", "text"],
  delivery_address_postcode: ["Post code of delivery", "text"],
  delivery_address_region: ["Region of delivery", "text"],
  delivery_address_country: ["Country of delivery", "code"],
  period_from: ["Period from", "day"],
  period_to: ["Period to", "day"],
  payment_means_code: ["Means of payment", "text"],
  payment_means_text: ["Means of payment in words", "text"],
  payment_remittance: ["Payment reference", "text"],
  payment_card_number: ["Card", "text"],
  payment_card_holder: ["Card holder", "text"],
  payment_direct_debit_mandate: ["Mandate", "text"],
  payment_direct_debit_account: ["Debited account", "text"],
  order_line: ["Order line", "text"],
  gross_price6: ["Price before discount", "millionths"],
  base_quantity6: ["Price is for", "millionths"],
  buyer_item_id: ["Buyer's item number", "text"],
  about: ["Description", "text"],
  standard_item_id: ["Standard item number", "text"],
  standard_item_id_scheme: ["Scheme of the item number", "text"],
  origin: ["Country of origin", "code"],
} as const satisfies Readonly<Record<string, readonly [words: string, form: ValueForm]>>;
