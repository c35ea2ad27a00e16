/** Records a refund: the client, the amount, and the credit that it is taken from. */
import type { ComponentChild } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import type { CreditSource, CreditSources } from "../../../../projector/queries/credit-sources.ts";
import type { Argument } from "../../../contract/arguments.ts";
import { ClientBox } from "../../fields/client-picker.tsx";
import { Field, SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { Problem } from "../../parts/problem.tsx";
import { word } from "../../state/address.ts";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { questionOf, useCall } from "../../state/use-call.ts";
import { METHOD_NAMES } from "../../text/codes.ts";
import { currencyName } from "../../text/named-codes.ts";
import { amountNow, fieldOfRefund, refundInputOf, sourcesNow, type TypedRefund } from "./refund-form-input.ts";
import { SourceTable } from "./source-table.tsx";
import { type AmountStyle, parseMoney, typedMoney } from "./typed-allocations.ts";

/** A new refund cannot conflict with another user's, so these texts are never shown for two versions. */
const FIELDS: FieldsOf<TypedRefund> = {
  client: { label: "Client" },
  currency: { label: "Currency" },
  paidOn: { label: "Paid on", input: { type: "date", required: true } },
  method: { label: "Method" },
  reference: { label: "Reference", input: { maxLength: 100 } },
  leads: { label: "Amount" },
  amount: { label: "Amount" },
  sources: { label: "Refund from", text: (value) => JSON.stringify(value) },
};

/** Where a refund begins: nothing known, a client, or one credit, of which all is refunded. */
interface Beginning {
  name: string;
  cancel: string;
  start: TypedRefund;
}

const idIn = (name: string) => (/^\d{1,15}$/.test(word(name)) ? Number(word(name)) : null);

/** `/refunds/new`, optionally with `?client=`, and with `?payment=` or `?document=` for one credit of that client. */
export function NewRefund(): ComponentChild {
  const own = organization.value;
  const [client, payment, document] = [idIn("client"), idIn("payment"), idIn("document")];
  const source = payment ?? document;
  const { value: paid, ...ofPayment } = useCall("getPayment", payment === null ? null : { id: payment });
  const { value: issued, ...ofDocument } = useCall("getInvoice", document === null ? null : { id: document });
  const failure = ofPayment.failure ?? ofDocument.failure;
  if (failure) return <Problem failure={failure} retry={payment === null ? ofDocument.retry : ofPayment.retry} />;
  if (!own || ofPayment.waiting || ofDocument.waiting) return <p class="waiting">Loading…</p>;
  const begin = { client, currency: "", paidOn: own.today, method: "bank_transfer", reference: "" };
  const all = { leads: "all", amount: "", sources: {} } as const;
  if (source === null) {
    const name = client === null ? "refund/new" : `refund/new/client/${client}`;
    const cancel = client === null ? "/refunds" : `/clients/${client}`;
    return <RefundForm key={name} name={name} cancel={cancel} start={{ ...begin, ...all }} source={null} />;
  }
  const row = paid ?? issued;
  const cancel = payment === null ? `/invoices/${source}` : `/payments/${source}`;
  const name = payment === null ? `refund/new/document/${source}` : `refund/new/payment/${source}`;
  const of = { ...begin, client: row?.client_id ?? null, currency: row?.currency ?? "" };
  return <RefundForm key={name} name={name} cancel={cancel} start={{ ...of, ...all }} source={source} />;
}

/** @param source the one credit of which all is refunded at first; null: the client's whole credit */
function RefundForm({ name, start, cancel, source }: Beginning & { source: number | null }): ComponentChild {
  const [sent, setSent] = useState(false);
  // Reads the sent input again, to find the row that the server means by an index.
  const form = useForm(name, FIELDS, { value: start, version: null }, (place, value) =>
    fieldOfRefund(place, refundInputOf(value, rowsOf(value), styleOf(value)).input.sources),
  );
  const client = form?.value.client ?? null;
  const { value: reply } = useCall("getClient", client === null ? null : { id: client });
  const known = reply?.id === client ? reply : null;
  const styleOf = (typed: TypedRefund): AmountStyle => ({
    currency: typed.currency || usualCurrency(known),
    locale: locale.value,
  });
  const style = styleOf(form?.value ?? start);
  const of = client === null || !known ? null : { client, currency: style.currency };
  const { credit, failure, retry } = useCredit(of, sent);
  const rowsOf = ({ leads }: TypedRefund) => credit && rowsToUse(credit.rows, { leads, source });
  if (!form) return null;
  const rows = rowsOf(form.value);
  const sources = sourcesNow(form.value, rows, style);
  const send = async () => {
    if (client !== null && credit === null) return null; // the read failed: the screen says so
    const { input, errors } = refundInputOf(form.value, rows, style);
    setSent(true);
    const written = await form.submit({ command: "RefundClient", input, errors });
    if (!written) setSent(false);
    return written;
  };
  return (
    <>
      <header class="page-head">
        <h1>New refund</h1>
      </header>
      <FormFrame
        form={form}
        submit="Record refund"
        send={send}
        onSent={({ stream }) => go(`/refunds/${stream}`)}
        cancel={cancel}
        ready={client === null || credit !== null || failure !== null}
      >
        <RefundFields form={form} style={style} client={known} amount={amountNow(form.value, rows, style)} />
        <section class="panel">
          {failure && <Problem failure={failure} retry={retry} />}
          {credit ? (
            <SourceTable
              form={form}
              credit={credit}
              style={style}
              sources={sources}
              amountMinor={form.value.leads === "amount" ? parseMoney(form.value.amount, style) : null}
              onType={(sources) => form.change({ sources, leads: "sources" }, "amountMinor")}
              onOldest={() => {
                const all = typedMoney(
                  credit.rows.reduce((sum, { credit_minor }) => sum + credit_minor, 0),
                  style,
                );
                const amount = form.value.leads === "amount" ? form.value.amount : all;
                form.change({ leads: "amount", amount, sources: {} }, "amountMinor");
              }}
              sent={sent}
            />
          ) : (
            !failure && <p class="detail">{client === null ? "Choose a client to see their credit." : "Loading…"}</p>
          )}
        </section>
      </FormFrame>
    </>
  );
}

/** The credit that a refund is taken from: the one that the user began with, until they choose, or type more than it has. */
function rowsToUse(
  rows: readonly CreditSource[],
  { leads, source }: { leads: TypedRefund["leads"]; source: number | null },
): readonly CreditSource[] {
  if (source === null || leads === "sources") return rows;
  const own = rows.filter(({ id }) => id === source);
  return leads === "all" ? own : [...own, ...rows.filter(({ id }) => id !== source)];
}

interface Credit {
  /** Null while it is read. */
  credit: CreditSources | null;
  failure: ReturnType<typeof useCall>["failure"];
  retry: () => void;
}

/** @param sent true once the form was sent: from then on the table stays as it was */
function useCredit(of: Argument<"getCreditSources"> | null, sent: boolean): Credit {
  const { value, key, failure, retry } = useCall("getCreditSources", of);
  const last = useRef<CreditSources | null>(null);
  // That of another client is never shown, not even for a moment.
  const isTheirs = of !== null && key === questionOf("getCreditSources", of).key;
  if (!sent) last.current = isTheirs ? value : null;
  return { credit: last.current, failure, retry };
}

interface RefundFieldsProps {
  form: Form<TypedRefund>;
  style: AmountStyle;
  client: ClientWithBalances | null;
  /** As typed, or as it follows from the credit. */
  amount: string;
}

function RefundFields({ form, style, client, amount }: RefundFieldsProps): ComponentChild {
  const { value } = form;
  return (
    <section class="panel fields">
      <Field form={form} at="clientId" label="Client">
        {(attributes) => (
          <ClientBox
            label="Client"
            attributes={attributes}
            placeholder="Type a name"
            client={value.client}
            focus={value.client === null}
            onChoose={(client) =>
              // Another client has other credit.
              form.change({ client, currency: "", leads: "all", amount: "", sources: {} }, "clientId")
            }
          />
        )}
      </Field>
      <Field form={form} at="amountMinor" label="Amount">
        {(attributes) => (
          <span class="amount-in">
            <input
              {...attributes}
              inputMode="decimal"
              autocomplete="off"
              maxLength={30}
              aria-required
              value={amount}
              ref={(input) => {
                if (input && !input.dataset.begun && value.client !== null) input.focus();
                if (input) input.dataset.begun = "true";
              }}
              onFocus={({ currentTarget }) => currentTarget.select()}
              onInput={({ currentTarget: { value: amount } }) =>
                form.change({ amount, leads: "amount", sources: {} }, "amountMinor")
              }
            />
            <CurrencyChoice form={form} style={style} client={client} disabled={attributes.disabled} />
          </span>
        )}
      </Field>
      <TextField form={form} name="paidOn" />
      <SelectField form={form} name="method" options={METHOD_NAMES} />
      <UniqueField
        form={form}
        name="reference"
        hint="As it will be on the bank statement"
        taken={value.client === null ? null : { of: "refund", client: value.client }}
      />
    </section>
  );
}

interface CurrencyChoiceProps extends Pick<RefundFieldsProps, "form" | "style" | "client"> {
  disabled: boolean;
}

/** The currencies of the client's credit. */
function CurrencyChoice({ form, style, client, disabled }: CurrencyChoiceProps): ComponentChild {
  const own = client?.balances.filter(({ credit_minor }) => credit_minor > 0).map(({ currency }) => currency) ?? [];
  const codes = [...new Set([style.currency, ...own])].filter((code) => code !== "").sort();
  return (
    <select
      aria-label="Currency"
      name="currency"
      disabled={disabled || codes.length < 2}
      value={style.currency}
      onChange={({ currentTarget: { value: currency } }) =>
        form.change({ currency, leads: "all", amount: "", sources: {} }, "amountMinor")
      }
    >
      {codes.map((code) => (
        <option key={code} value={code}>
          {code} {currencyName(code)}
        </option>
      ))}
    </select>
  );
}

/** The client's or the organization's currency, unless the client's credit is in others. */
function usualCurrency(client: ClientWithBalances | null): string {
  const own = client?.currency ?? organization.value?.currency ?? "";
  const credit = client?.balances.filter(({ credit_minor }) => credit_minor > 0) ?? [];
  return credit.some(({ currency }) => currency === own) ? own : (credit[0]?.currency ?? own);
}
