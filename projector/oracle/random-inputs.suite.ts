/** The series and the VAT of random business. */

const SERIES = [
  { name: "INV", kind: "both", pattern: "INV-{000}" },
  { name: "year", kind: "both", pattern: "Y{YYYY}-{00}", reset: "yearly" },
  { name: "month", kind: "both", pattern: "{YY}/{MM}/{0}", reset: "monthly", first: 5 },
  { name: "other", kind: "both", pattern: "{0}", foreign: true },
].map((series) => ({ first: 1, reset: "never", foreign: false, ...series }));

const rate = (name: string, vatRate3: number) => ({ name, vatCategory: "S", vatRate3, reason: null });

/** Changes of the profile: series and VAT rates come, go and change places; so does the day that is today. */
export const PROFILES = [
  { series: [...SERIES, { ...SERIES[0], name: "spare", pattern: "S-{0000}" }] },
  { series: SERIES },
  { series: SERIES.toReversed() },
  { vatRates: [rate("Standard", 20_000), rate("Reduced", 5_500)] },
  { vatRates: [rate("Reduced", 5_500)] },
  { vatRates: [] },
  { timeZone: "Pacific/Kiritimati" },
  { timeZone: "UTC" },
  { tradingName: "The Mug Shop", termsDays: 14 },
];

/** What the office of a random business is opened with. */
export const RANDOM_PROFILE = {
  series: SERIES as never,
  timeZone: "UTC",
  vatRates: [rate("Standard", 20_000), rate("Reduced", 5_500)] as never,
};

/** The VAT of the lines of a document. */
export const VATS = [
  [{ vatCategory: "B", vatRate3: 22_000 }],
  [
    { vatCategory: "S", vatRate3: 9_975 },
    { vatCategory: "S", vatRate3: 5_000 },
  ],
  [{ vatCategory: "S", vatRate3: 20_000 }],
  [{ vatCategory: "S", vatRate3: 5500 }],
  [
    { vatCategory: "S", vatRate3: 20_000 },
    { vatCategory: "S", vatRate3: 5500 },
    { vatCategory: "Z", vatRate3: 0 },
  ],
  [{ vatCategory: "K", vatRate3: 0 }],
  [
    { vatCategory: "AE", vatRate3: 0 },
    { vatCategory: "E", vatRate3: 0 },
  ],
];
