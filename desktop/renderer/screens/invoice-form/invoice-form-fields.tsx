/** The fields of an invoice, and how a conflict between two versions shows them. */
import type { ComponentChild } from "preact";
import type { FieldsOf } from "../../form/form-fields.ts";
import { isSame } from "../../form/merge.ts";
import type { TypedAdjustment, TypedInvoice, TypedLine, TypedVat } from "../../form/typed-invoice.ts";
import { hasRate, isBlank } from "../../form/typed-invoice.ts";
import { NOTHING_MORE } from "../../more/more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "../../more/more-of-document.ts";
import { wordsOfMore } from "../../more/more-words.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { unitName, vatName } from "../../text/codes.ts";
import { day } from "../../text/format.ts";

export const INVOICE_FIELDS: FieldsOf<TypedInvoice> = {
  clientId: { label: "Client", text: (id) => <ClientName id={id} /> },
  currency: { label: "Currency" },
  termsDays: { label: "Days to pay", input: { inputMode: "numeric", maxLength: 3 } },
  deliveredOn: {
    label: "Delivered on",
    input: { type: "date" },
    text: (date) => day(date || null, locale.value) || <Empty />,
  },
  buyerReference: { label: "Buyer’s reference", input: { maxLength: 100 } },
  orderReference: { label: "Order", input: { maxLength: 100 } },
  note: { label: "Note", input: { maxLength: 2000 } },
  prepaid: { label: "Already paid", at: "prepaidMinor", input: { inputMode: "decimal" } },
  lines: { label: "Lines", text: (lines, other) => <Version all={lines} other={other} tell={lineText} what="line" /> },
  adjustments: {
    label: "Allowances and charges",
    text: (all, other) => (
      <Version
        all={all}
        other={other}
        tell={(one) => `${adjustmentText(one)}, ${vatText(one)}`}
        what="allowance or charge"
      />
    ),
  },
  rounding: { label: "Rounding", at: "roundingMinor", input: { inputMode: "decimal" } },
  more: { label: "More", group: DOCUMENT_MORE },
  reasonCodes: {
    label: "Code of the VAT exemption",
    text: (codes) => Object.values(codes).filter(Boolean).join("; ") || <Empty />,
  },
  reasons: {
    label: "VAT exemption reason",
    text: (reasons) => Object.values(reasons).filter(Boolean).join("; ") || <Empty />,
  },
};

function Empty(): ComponentChild {
  return <span class="detail">(empty)</span>;
}

function ClientName({ id }: { id: number | null }): ComponentChild {
  const { value } = useCall("getClient", id === null ? null : { id });
  return id === null ? <Empty /> : (value?.name ?? "…");
}

interface VersionProps<One> {
  all: readonly One[];
  other: readonly One[];
  tell: (one: One) => string;
  what: string;
}

/** Shows only what differs between the versions. */
function Version<One>({ all, other, tell, what }: VersionProps<One>): ComponentChild {
  const places = Array.from({ length: Math.max(all.length, other.length) }, (_, n) => n);
  const different = places.filter((n) => !isSame(all[n] && tell(all[n]), other[n] && tell(other[n])));
  return (
    <>
      {different.map((n) => {
        const one = all[n];
        return (
          <span key={n} class="version-line">
            <span class="detail">{n + 1}.</span> {one === undefined ? `no such ${what}` : tell(one)}
          </span>
        );
      })}
    </>
  );
}

/** `W-1 Widget: 2 pieces at 12.50, Standard rate 20%` */
function lineText(line: TypedLine): string {
  if (isBlank(line)) return "(empty)";
  const { code, description, quantity, unit, price, adjustments, more = NOTHING_MORE } = line;
  const text = `${code === "" ? "" : `${code} `}${description}: ${quantity} ${unitName(unit)} at ${price}, ${vatText(line)}`;
  const words = wordsOfMore(LINE_MORE, more, locale.value).map(({ label, text }) => `${label}: ${text}`);
  return [text, ...adjustments.map(adjustmentText), ...words].join("; ");
}

function adjustmentText({ kind, reason, reasonCode = "", amount, base = "" }: TypedAdjustment): string {
  const why = [reason, reasonCode].filter(Boolean).join(" ");
  return `${kind === "allowance" ? "Allowance" : "Charge"} ${why}: ${amount}${base === "" ? "" : ` of ${base}`}`;
}

function vatText({ vatCategory, vatRate }: TypedVat): string {
  return hasRate(vatCategory) ? `${vatName(vatCategory)} ${vatRate} %` : vatName(vatCategory);
}
