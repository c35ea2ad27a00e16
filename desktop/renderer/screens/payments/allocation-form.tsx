/** Applies an existing payment or credit note to invoices. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Allocation } from "../../../../events/business/payment.ts";
import type { CommandName } from "../../../../events/commands/commands.ts";
import type { Argument } from "../../../contract/arguments.ts";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { useForm } from "../../form/use-form.ts";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { AllocationTable } from "./allocation-table.tsx";
import { excessErrors } from "./payment-form-input.ts";
import {
  allocationsOf,
  errorsOfRows,
  fieldOfPath,
  type TypedAllocations,
  typedOfAllocations,
} from "./typed-allocations.ts";
import { useOpenInvoices } from "./use-open-invoices.ts";

/** As typed. */
interface FormValue {
  allocations: TypedAllocations;
  /** The day on which the changes count. */
  on: string;
}

interface AllocationFormProps {
  /** The name that its input is stored under. */
  name: string;
  title: string;
  facts: readonly Fact[];
  question: Argument<"getOpenInvoices">;
  /** Minor units. */
  availableMinor: number;
  /** What it is applied to now. */
  former: readonly (Allocation & { number: string })[];
  version: number;
  command: CommandName & ("ReallocatePayment" | "ApplyCredit");
  id: number;
  /** The address of the payment or the credit note. */
  back: string;
}

export function AllocationForm(props: AllocationFormProps): ComponentChild {
  const { name, title, facts, question, availableMinor, former, version, command, id, back } = props;
  const style = { currency: question.currency, locale: locale.value };
  const [sent, setSent] = useState(false);
  const { open, failure, retry } = useOpenInvoices(question, sent);
  // Unchanged allocations keep their order, so that saving the same again writes no event.
  const order = [...former.map(({ invoiceId }) => invoiceId), ...(open?.rows.map((row) => row.id) ?? [])];
  const own = organization.value;
  const start = own && { allocations: typedOfAllocations(former, style), on: own.today };
  const numbers = new Map<number, string>([
    ...former.map(({ invoiceId, number }) => [invoiceId, number] as const),
    ...(open?.rows.map((row) => [row.id, row.number] as const) ?? []),
  ]);
  const form = useForm<FormValue>(
    name,
    fieldsWith(numbers),
    start && { value: start, version },
    (place, { allocations }) => fieldOfPath(place, allocationsOf(allocations, order, style)),
  );
  if (!form) return null;
  const send = async () => {
    if (open === null) return null; // the read failed: the screen says so
    const { on } = form.value;
    const allocations = allocationsOf(form.value.allocations, order, style);
    const errors = [
      ...(on === "" ? [{ field: "on", message: "is missing" }] : []),
      ...excessErrors(allocations, availableMinor, style),
      ...errorsOfRows(form.value.allocations, open.rows, style),
    ];
    setSent(true);
    const written = await form.submit({ command, id, input: { allocations, on }, errors });
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
        submit="Save"
        send={send}
        ready={open !== null || failure !== null}
        onSent={() => go(back)}
        cancel={back}
      >
        <section class="panel">
          <Facts facts={facts} />
          <div class="fields">
            <TextField form={form} name="on" hint="What you do not change keeps its own day." />
          </div>
        </section>
        <section class="panel">
          {failure && <Problem failure={failure} retry={retry} />}
          {open ? (
            <AllocationTable
              form={form}
              open={open}
              style={style}
              availableMinor={availableMinor}
              allocations={form.value.allocations}
              onType={(allocations) => form.change({ allocations })}
              onOldest={(allocations) => form.change({ allocations })}
              sent={sent}
              focus
            />
          ) : (
            !failure && <p class="waiting">Loading…</p>
          )}
        </section>
      </FormFrame>
    </>
  );
}

/** How a conflict shows both versions. */
function fieldsWith(numbers: ReadonlyMap<number, string>): FieldsOf<FormValue> {
  const text = (allocations: TypedAllocations) => {
    const rows = Object.entries(allocations);
    if (rows.length === 0) return "None";
    return rows.map(([id, amount]) => (
      <div key={id}>
        {numbers.get(Number(id)) ?? `Invoice ${id}`}: {amount}
      </div>
    ));
  };
  return {
    allocations: { label: "Applied to", text },
    on: { label: "Changes count from", input: { type: "date", required: true } },
  };
}
