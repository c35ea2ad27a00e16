/** The period lock: up to which day the books are locked. Only owners can change it, and they say why. */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../../events/business/roles.ts";
import type { InputOf } from "../../../../events/commands/commands.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { useForm } from "../../form/use-form.ts";
import { ActivityList } from "../../parts/activity-list.tsx";
import { Problem } from "../../parts/problem.tsx";
import { mayChange, mayWrite } from "../../parts/write-button.tsx";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { day } from "../../text/format.ts";

/** As typed. */
interface FormValue {
  lockedUpTo: string;
  reason: string;
}

const FIELDS: FieldsOf<FormValue> = {
  lockedUpTo: {
    label: "Locked up to",
    text: (date) => (date === "" ? "No period is locked" : day(date, locale.value)),
    input: { type: "date" },
  },
  reason: { label: "Reason", input: { required: true, maxLength: 500 } },
};

/** Entries of the history that are shown. */
const SHOWN = 50;

export function LockSettings(): ComponentChild {
  const row = organization.value;
  if (!row) return <p class="waiting">Loading…</p>;
  return (
    <>
      {mayChange(OWNER) ? (
        <LockForm row={row} />
      ) : (
        <Lock row={row} {...(!mayWrite(OWNER) && { more: "Only owners can change this." })} />
      )}
      <LockHistory />
    </>
  );
}

function LockForm({ row }: { row: OrganizationRow }): ComponentChild {
  const start = { value: { lockedUpTo: row.locked_up_to ?? "", reason: "" }, version: row.version };
  const form = useForm<FormValue>("organization/lock", FIELDS, start);
  if (!form) return null;
  const { lockedUpTo } = form.value;
  const back = row.locked_up_to !== null && lockedUpTo < row.locked_up_to;
  return (
    <FormFrame
      form={form}
      submit={!back ? "Lock" : lockedUpTo === "" ? "Remove the lock" : "Move the lock back"}
      send={() => form.submit({ command: "LockPeriod", ...inputOf(form.value, row) })}
      cancel="/settings/periods"
      roles={OWNER}
    >
      <Lock row={row}>
        <div class="fields">
          <TextField
            form={form}
            name="lockedUpTo"
            hint="The last locked day, before today. Empty: no period is locked."
          />
          <TextField form={form} name="reason" hint="For those who read the history" />
        </div>
        {back && row.locked_up_to !== null && (
          <p class="banner quiet" role="status">
            {lockedUpTo === ""
              ? `This opens all periods up to ${day(row.locked_up_to, locale.value)} again.`
              : `This opens the days after ${day(lockedUpTo, locale.value)}, up to ${day(row.locked_up_to, locale.value)}, again.`}{" "}
            Figures that were already reported can then change.
          </p>
        )}
      </Lock>
    </FormFrame>
  );
}

function Lock(props: { row: OrganizationRow; more?: string; children?: ComponentChild }): ComponentChild {
  const { row, more = "", children } = props;
  return (
    <section class="panel">
      <h2>Locked periods</h2>
      <p>
        {row.locked_up_to === null
          ? "No period is locked."
          : `The books are locked up to ${day(row.locked_up_to, locale.value)}.`}
      </p>
      <p class="detail">
        Nothing can get a date in a locked period, and nothing in it can be voided or reversed, so its figures stay as
        they were reported. An invoice of a locked period can still be cancelled: the credit note has a later date.{" "}
        {more}
      </p>
      {children}
    </section>
  );
}

function LockHistory(): ComponentChild {
  const { value, failure, retry } = useCall("listActivity", { stream: 1, type: "PeriodLocked", limit: SHOWN });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (!value || value.rows.length === 0) return null;
  return (
    <section class="panel">
      <h2>History</h2>
      <ActivityList rows={value.rows} about={1} />
    </section>
  );
}

function inputOf(typed: FormValue, row: OrganizationRow): { input: InputOf<"LockPeriod">; errors: FieldError[] } {
  const input = { lockedUpTo: typed.lockedUpTo === "" ? null : typed.lockedUpTo, reason: typed.reason.trim() };
  const errors: FieldError[] = [];
  if (input.lockedUpTo === row.locked_up_to) {
    const message = input.lockedUpTo === null ? "is missing" : "The books are locked up to this day already.";
    errors.push({ field: "lockedUpTo", message });
  }
  if (input.reason === "") errors.push({ field: "reason", message: "is missing" });
  return { input, errors };
}
