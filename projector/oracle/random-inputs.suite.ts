/** The series and the VAT of random business. */

const SERIES = [
  { name: "INV", kind: "both", pattern: "INV-{000}" },
  { name: "year", kind: "both", pattern: "Y{YYYY}-{00}", reset: "yearly" },
  { name: "month", kind: "both", pattern: "{YY}/{MM}/{0}", reset: "monthly", first: 5 },
  { name: "other", kind: "both", pattern: "{0}", foreign: true },
].map((series) => ({ first: 1, reset: "never", foreign: false, ...series }));

/** What the office of a random business is opened with. */
export const RANDOM_PROFILE = { series: SERIES as never, timeZone: "UTC" };

/** The VAT of the lines of a document. */
export const VATS = [
  [{ vatCategory: "S", vatRateBp: 2000 }],
  [{ vatCategory: "S", vatRateBp: 550 }],
  [
    { vatCategory: "S", vatRateBp: 2000 },
    { vatCategory: "S", vatRateBp: 550 },
    { vatCategory: "Z", vatRateBp: 0 },
  ],
  [{ vatCategory: "K", vatRateBp: 0 }],
  [
    { vatCategory: "AE", vatRateBp: 0 },
    { vatCategory: "E", vatRateBp: 0 },
  ],
];
