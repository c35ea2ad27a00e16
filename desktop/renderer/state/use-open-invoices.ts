/** The open invoices that a form puts money against. */
import { useRef } from "preact/hooks";
import type { OpenInvoices } from "../../../projector/queries/open-invoices.ts";
import type { Argument } from "../../contract/arguments.ts";
import type { Failure } from "../../contract/call-error.ts";
import { useCall } from "./use-call.ts";

export interface OpenInvoicesNow {
  /** Null while they are read. */
  open: OpenInvoices | null;
  failure: Failure | null;
  retry: () => void;
}

/**
 * @param asked null: whose they are is not known yet
 * @param sent true once the form was sent: what it did to them is for the next screen
 */
export function useOpenInvoices(asked: Argument<"getOpenInvoices"> | null, sent: boolean): OpenInvoicesNow {
  const { value, failure, waiting, retry } = useCall("getOpenInvoices", asked);
  const last = useRef<OpenInvoices | null>(null);
  // Those of another client are not shown for a moment.
  if (!sent) last.current = asked === null || waiting ? null : value;
  return { open: last.current, failure, retry };
}
