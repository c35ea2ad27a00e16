/** Records a payment: the client, the amount, and the invoices it is applied to. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import { ClientBox } from "../../fields/client-picker.tsx";
import { Field, SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { word } from "../../state/address.ts";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { METHOD_NAMES } from "../../text/codes.ts";
import { nameInText } from "../../text/invoice-name.ts";
import { dueOf } from "../../text/invoice-status.ts";
import { currencies, currencyName } from "../../text/named-codes.ts";
import { AllocationTable } from "./allocation-table.tsx";
import {
  allocationsNow,
  arrivedText,
  fieldOf,
  inputOf,
  type TypedPayment,
  withAllocations,
} from "./payment-form-input.ts";
import { type AmountStyle, errorsOfRows, parseMoney, typedMoney } from "./typed-allocations.ts";
import { useOpenInvoices } from "./use-open-invoices.ts";

/** A new payment cannot conflict with another user's, so these texts are never shown for two versions. */
const FIELDS: FieldsOf<TypedPayment> = {
  client: { label: "Client" },
  receivedOn: { label: "Received on", input: { type: "date", required: true } },
  currency: { label: "Currency" },
  amount: { label: "Amount" },
  fees: { label: "Bank fees", at: "feesMinor", input: { inputMode: "decimal", maxLength: 30 } },
  follows: { label: "Amount", text: String },
  method: { label: "Method" },
  reference: { label: "Reference", input: { maxLength: 100 } },
  allocations: { label: "Applied to", text: (value) => JSON.stringify(value) },
  oldest: { label: "Applied to", text: String },
};

const idIn = (name: string) => (/^\d{1,15}$/.test(word(name)) ? Number(word(name)) : null);

/** `/payments/new`, optionally with `?client=` or `?invoice=` to begin with. */
export function NewPayment(): ComponentChild {
  const [client, invoice] = [idIn("client"), idIn("invoice")];
  const own = organization.value;
  if (!own) return <p class="waiting">Loading…</p>;
  if (invoice !== null) return <PaymentOfInvoice key={invoice} id={invoice} today={own.today} />;
  const name = client === null ? "payment/new" : `payment/new/client/${client}`;
  const cancel = client === null ? "/payments" : `/clients/${client}`;
  return <PaymentForm key={name} name={name} start={newPayment(own.today, { client })} cancel={cancel} />;
}

function PaymentOfInvoice({ id, today }: { id: number; today: string }): ComponentChild {
  const { value: invoice, failure, waiting, retry } = useCall("getInvoice", { id });
  // Payments that arrive while the user types do not restart the form.
  const [first, setFirst] = useState(invoice);
  if (first === null && invoice !== null) setFirst(invoice);
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !first) return <p class="waiting">Loading…</p>;
  if (!first) return <Missing what="invoice" id={id} to="/invoices" />;
  const { currency, client_id: client } = first;
  const balance = dueOf(first);
  const amount = balance > 0 ? typedMoney(balance, { currency, locale: locale.value }) : "";
  const allocations = amount === "" ? {} : { [id]: amount };
  const start = newPayment(today, { client, currency, amount, allocations });
  return (
    <PaymentForm
      name={`payment/new/invoice/${id}`}
      start={start}
      cancel={`/invoices/${id}`}
      title={`New payment for ${nameInText(first)}`}
    />
  );
}

function newPayment(today: string, part: Partial<TypedPayment>): TypedPayment {
  return {
    client: null,
    receivedOn: today,
    currency: "",
    amount: "",
    fees: "",
    follows: true,
    method: "bank_transfer",
    reference: "",
    allocations: {},
    oldest: false,
    ...part,
  };
}

interface PaymentFormProps {
  name: string;
  start: TypedPayment;
  cancel: string;
  title?: string;
}

function PaymentForm({ name, start, cancel, title = "New payment" }: PaymentFormProps): ComponentChild {
  // Reads the sent input again, to find the row that the server means by an index.
  const form = useForm(name, FIELDS, { value: start, version: null }, (place, value) =>
    fieldOf(place, inputOf(value, open, styleOf(value)).input.allocations),
  );
  const [sent, setSent] = useState(false);
  const client = form?.value.client ?? null;
  const { value: reply } = useCall("getClient", client === null ? null : { id: client });
  const known = reply?.id === client ? reply : null;
  const styleOf = (typed: TypedPayment): AmountStyle => ({
    currency: typed.currency || usualCurrency(known),
    locale: locale.value,
  });
  const style = styleOf(form?.value ?? start);
  const settled = client === null || !known ? null : { client, currency: style.currency };
  const { open, failure, retry } = useOpenInvoices(settled, sent);
  if (!form) return null;
  const allocations = allocationsNow(form.value, open, style);

  const send = async () => {
    if (client !== null && open === null) return null; // the read failed: the screen says so
    const { input, errors } = inputOf(form.value, open, style);
    const rows = open === null ? [] : errorsOfRows(allocations, open.rows, style);
    setSent(true);
    const written = await form.submit({ command: "ReceivePayment", input, errors: [...errors, ...rows] });
    if (!written) setSent(false);
    return written;
  };
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      <FormFrame
        form={form}
        submit="Record payment"
        send={send}
        onSent={({ stream }) => go(`/payments/${stream}`)}
        cancel={cancel}
        ready={client === null || open !== null || failure !== null}
      >
        <PaymentFields form={form} style={style} client={known} />
        <section class="panel">
          {failure && <Problem failure={failure} retry={retry} />}
          {open ? (
            <AllocationTable
              form={form}
              open={open}
              style={style}
              availableMinor={parseMoney(form.value.amount, style)}
              allocations={allocations}
              unlimited={form.value.follows}
              onType={(typed) => form.change(withAllocations(form.value, typed, style))}
              onOldest={(filled) =>
                // Without a typed amount, the full balances make the amount.
                form.change(
                  form.value.follows
                    ? withAllocations(form.value, filled, style)
                    : { allocations: filled, oldest: true },
                )
              }
              sent={sent}
            />
          ) : (
            <p class="detail">{client === null ? "Choose a client to see their open invoices." : "Loading…"}</p>
          )}
        </section>
      </FormFrame>
    </>
  );
}

interface PaymentFieldsProps {
  form: Form<TypedPayment>;
  style: AmountStyle;
  client: ClientWithBalances | null;
}

function PaymentFields({ form, style, client }: PaymentFieldsProps): ComponentChild {
  const { value } = form;
  return (
    <section class="panel fields">
      <Field
        form={form}
        at="clientId"
        label="Client"
        hint={
          client?.archived === 1 && (
            <>
              This client is archived. <a href={`#/clients/${client.id}`}>Restore the client</a> to record payments.
            </>
          )
        }
      >
        {(attributes) => (
          <ClientBox
            label="Client"
            attributes={attributes}
            placeholder="Type a name"
            client={value.client}
            active
            focus={value.client === null}
            onChoose={(client) => {
              // Another client has other invoices, and perhaps another currency.
              const amount = value.follows ? { amount: "" } : {};
              form.change({ client, currency: "", allocations: {}, ...amount }, "clientId");
            }}
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
              value={value.amount}
              ref={(input) => {
                if (input && !input.dataset.begun && value.client !== null) input.focus();
                if (input) input.dataset.begun = "true";
              }}
              onInput={({ currentTarget: { value: amount } }) =>
                form.change({ amount, follows: amount.trim() === "" }, "amountMinor")
              }
            />
            <CurrencyChoice form={form} style={style} client={client} disabled={attributes.disabled} />
          </span>
        )}
      </Field>
      <TextField form={form} name="receivedOn" />
      <SelectField form={form} name="method" options={METHOD_NAMES} />
      <UniqueField
        form={form}
        name="reference"
        hint="As shown on the bank statement"
        taken={value.client === null ? null : { of: "payment", client: value.client }}
      />
      <TextField
        form={form}
        name="fees"
        hint={arrivedText(value, style) ?? "If the bank kept a part. The amount above is what the client paid."}
      />
    </section>
  );
}

interface CurrencyChoiceProps extends PaymentFieldsProps {
  disabled: boolean;
}

/** Lists the client's own currencies first. */
function CurrencyChoice({ form, style, client, disabled }: CurrencyChoiceProps): ComponentChild {
  const own = [
    ...(client?.balances.map(({ currency }) => currency) ?? []),
    usualCurrency(client),
    organization.value?.currency ?? "",
    style.currency,
  ];
  const others = currencies()
    .map(([code]) => code)
    .sort();
  const codes = [...new Set([...own, ...others])].filter((code) => code !== "");
  return (
    <select
      aria-label="Currency"
      name="currency"
      disabled={disabled}
      value={style.currency}
      onChange={({ currentTarget: { value: currency } }) => {
        const amount = form.value.follows ? { amount: "" } : {};
        form.change({ currency, allocations: {}, ...amount }, "amountMinor");
      }}
    >
      {codes.map((code) => (
        <option key={code} value={code}>
          {code} {currencyName(code)}
        </option>
      ))}
    </select>
  );
}

/** The client's or the organization's currency, unless only another one has open invoices. */
function usualCurrency(client: ClientWithBalances | null): string {
  const own = client?.currency ?? organization.value?.currency ?? "";
  const open = client?.balances.filter(({ outstanding_minor }) => outstanding_minor > 0) ?? [];
  return open.some(({ currency }) => currency === own) ? own : (open[0]?.currency ?? own);
}
