/** The totals while the user types. The server computes the same. */
import type { ComponentChild } from "preact";
import type { InvoiceContent } from "../../../../events/document/draft.ts";
import { DRAFT_LIMITS } from "../../../../events/values/size-limits.ts";
import { TextField } from "../../fields/fields.tsx";
import { ReasonBox } from "../../fields/reason-box.tsx";
import type { TypedInvoice } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { locale } from "../../state/state.ts";
import { vatName } from "../../text/codes.ts";
import { amount, money } from "../../text/format.ts";
import { vatLong } from "../../text/vat-text.ts";
import { requiredReasons, type Sums } from "./invoice-form-sums.ts";

interface TotalsProps {
  form: Form<TypedInvoice>;
  sums: Sums;
  currency: string;
}

export function FormTotals({ form, sums, currency }: TotalsProps): ComponentChild {
  const { content, refusal, leftOut } = sums;
  const text = (minor: number) => `${amount(minor, currency, locale.value)} ${currency}`;
  const row = (name: string, minor: number, sum = false) => (
    <tr class={sum ? "sum" : undefined}>
      <th scope="row">{name}</th>
      <td class="number">{text(minor)}</td>
    </tr>
  );
  return (
    <section class="panel" aria-label="Totals">
      <h2>Total</h2>
      {refusal !== null && <p class="field-error">{refusal}</p>}
      {leftOut.length > 0 && <p class="detail">{leftOutText(leftOut)}</p>}
      {content && (
        <table class="table totals">
          <tbody>
            {content.totals.linesMinor !== content.totals.netMinor && (
              <>
                {row("Subtotal", content.totals.linesMinor)}
                {content.totals.allowancesMinor !== 0 && row("Allowances", -content.totals.allowancesMinor)}
                {content.totals.chargesMinor !== 0 && row("Charges", content.totals.chargesMinor)}
              </>
            )}
            {row("Total without VAT", content.totals.netMinor)}
            {content.taxes.map(({ vatCategory, vatRate3, taxableMinor, taxMinor }) => (
              <tr key={`${vatCategory} ${vatRate3}`}>
                <th scope="row">
                  {`VAT ${vatLong({ vat_category: vatCategory, vat_rate3: vatRate3 }, locale.value)}`}
                  <div class="detail">{`on ${text(taxableMinor)}`}</div>
                </th>
                <td class="number">{text(taxMinor)}</td>
              </tr>
            ))}
            {row("Total with VAT", content.totals.grossMinor, true)}
            {content.totals.prepaidMinor !== 0 && row("Already paid", -content.totals.prepaidMinor)}
            {content.totals.roundingMinor !== 0 && row("Rounding", content.totals.roundingMinor)}
            {content.totals.payableMinor !== content.totals.grossMinor &&
              row("Amount due", content.totals.payableMinor, true)}
          </tbody>
        </table>
      )}
      <Reasons form={form} sums={sums} />
      <TextField
        form={form}
        name="prepaid"
        label={`Already paid, ${currency}`}
        hint={content && <Overpaid totals={content.totals} currency={currency} />}
      />
    </section>
  );
}

/** Allowed, because a client may have paid too much, but more often a slip. */
function Overpaid({ totals, currency }: { totals: InvoiceContent["totals"]; currency: string }): ComponentChild {
  const { grossMinor, prepaidMinor } = totals;
  const excess = prepaidMinor - grossMinor;
  return (
    <span role="status" class="field-error">
      {prepaidMinor > 0 && excess > 0 && `This is ${money(excess, currency, locale.value)} more than the total.`}
    </span>
  );
}

/** The total beside the buttons, which stay in sight: the same figure as in the totals, or why there is none. */
export function TotalInSight({ sums, currency }: { sums: Sums; currency: string }): ComponentChild {
  const { content, refusal, leftOut } = sums;
  return (
    <div class="total-in-sight">
      {refusal === null ? (
        <>
          {leftOut.length > 0 && <span class="detail">{leftOutText(leftOut.slice(0, 3))}</span>}
          <span>Total with VAT</span>
          <strong class="number">
            {content ? `${amount(content.totals.grossMinor, currency, locale.value)} ${currency}` : "–"}
          </strong>
        </>
      ) : (
        <span class="field-error">{refusal}</span>
      )}
    </div>
  );
}

function leftOutText(leftOut: readonly number[]): string {
  const shown = leftOut.slice(0, 10).join(", ");
  const rest = leftOut.length > 10 ? " …" : "";
  return leftOut.length === 1
    ? `Line ${shown} is incomplete and not included in the totals.`
    : `Lines ${shown}${rest} are incomplete and not included in the totals.`;
}

/** VAT exemption reason: asked for where a document has to say it. */
function Reasons({ form, sums }: { form: Form<TypedInvoice>; sums: Sums }): ComponentChild {
  const { reasons, reasonCodes } = form.value;
  return requiredReasons(sums).map(({ category, usual }) => (
    <ReasonBox
      key={category}
      form={form}
      at={`reasons.${category}`}
      label={`VAT exemption reason: ${vatName(category)}`}
      list="exemptions"
      maxLength={DRAFT_LIMITS.reason}
      placeholder={usual ?? "Required before you issue it"}
      reason={reasons[category] ?? ""}
      code={reasonCodes[category] ?? ""}
      onChange={(reason, code) =>
        form.change(
          { reasons: { ...reasons, [category]: reason }, reasonCodes: withCode(reasonCodes, category, code) },
          `reasons.${category}`,
        )
      }
    />
  ));
}

/** Without the category if it has no code, so that a form knows that there never was one. */
function withCode(codes: TypedInvoice["reasonCodes"], category: keyof TypedInvoice["reasons"], code: string) {
  const { [category]: _, ...rest } = codes;
  return code === "" ? rest : { ...rest, [category]: code };
}
