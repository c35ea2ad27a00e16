/** Limits of what an event can hold. In a file without schemas, because the app's forms show them. */

/** An event is at most this many bytes: an invoice of 2,000 lines with 400 letters each fits. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** VAT rates that an organization can save. */
export const MAX_VAT_RATES = 50;

/** Characters of texts, and elements of lists, on an invoice or credit note. */
export const DRAFT_LIMITS = {
  lines: 2000,
  lineAdjustments: 20,
  adjustments: 100,
  /** Pairs of VAT category and rate. */
  taxes: 200,
  code: 60,
  description: 1000,
  reason: 200,
  reference: 100,
  note: 2000,
  name: 200,
  identifier: 100,
  account: 50,
  remittance: 140,
  about: 2000,
  attribute: 500,
  notes: 50,
  preceding: 100,
  accounts: 20,
  identifiers: 20,
  classifications: 20,
  attributes: 50,
} as const;
