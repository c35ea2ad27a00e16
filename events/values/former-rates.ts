/**
 * VAT rates in basis points, under the names that they had until 0.1 (`vatRateBp`, `vat_rate_bp`): for API clients and stored
 * input of earlier releases, during one release. 2000 is 20 %, which is `vatRate3: 20000` now.
 */

/** A fault of the input, as zod has it. */
interface RateIssue {
  code: "custom";
  path: (string | number)[];
  message: string;
  input: unknown;
}

/**
 * JSON input in which each `vatRateBp` is `vatRate3`. Where both are given they must agree.
 *
 * @param issues receives a rate that is none, and two rates that differ
 * @returns the input itself if nothing in it has the former name
 */
export function withCurrentRates(input: unknown, issues: RateIssue[]): unknown {
  return hasFormerRate(input) ? converted(input, [], issues) : input;
}

function hasFormerRate(value: unknown): boolean {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  if (Array.isArray(value)) return value.some(hasFormerRate);
  return Object.hasOwn(value, "vatRateBp") || Object.values(value).some(hasFormerRate);
}

function converted(value: unknown, path: (string | number)[], issues: RateIssue[]): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((element, n) => converted(element, [...path, n], issues));
  const { vatRateBp, ...rest } = value as Record<string, unknown>;
  const current = Object.fromEntries(
    Object.entries(rest).map(([name, field]) => [name, converted(field, [...path, name], issues)]),
  );
  if (vatRateBp === undefined) return current;
  const rate3 = rate3OfBasisPoints(vatRateBp);
  const problem = (message: string) =>
    issues.push({ code: "custom", path: [...path, "vatRateBp"], message, input: vatRateBp });
  if (rate3 === undefined) problem("must be a whole number from 0 to 10000");
  else if (rest.vatRate3 !== undefined && rest.vatRate3 !== rate3) problem("must be the same rate as vatRate3");
  return { ...current, vatRate3: rate3 };
}

/** Undefined if it is no rate in basis points. */
export function rate3OfBasisPoints(vatRateBp: unknown): number | null | undefined {
  if (vatRateBp === null) return null;
  const isRate = Number.isInteger(vatRateBp) && Number(vatRateBp) >= 0 && Number(vatRateBp) <= 10_000;
  return isRate ? Number(vatRateBp) * 10 : undefined;
}

/** A rate in basis points; null where it is not a whole number of them. */
export function basisPointsOf(rate3: number | null): number | null {
  return rate3 === null || rate3 % 10 !== 0 ? null : rate3 / 10;
}

/** Rows of an answer, each `vat_rate3` with its `vat_rate_bp` beside it. @returns the answer itself if it has no rates */
export function withFormerRates(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || answer instanceof Uint8Array) return answer;
  if (Array.isArray(answer)) {
    let changed: unknown[] | null = null;
    for (const [n, element] of answer.entries()) {
      const now = withFormerRates(element);
      if (now !== element) {
        changed ??= [...answer];
        changed[n] = now;
      }
    }
    return changed ?? answer;
  }
  const row = answer as Record<string, unknown>;
  let changed: Record<string, unknown> | null = null;
  for (const [name, field] of Object.entries(row)) {
    const now = name === "vat_rate3" ? field : withFormerRates(field);
    if (now === field && name !== "vat_rate3") continue;
    changed ??= { ...row };
    changed[name] = now;
    if (name === "vat_rate3") changed.vat_rate_bp = basisPointsOf(field as number | null);
  }
  return changed ?? answer;
}
