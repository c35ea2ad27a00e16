/** The open invoices that a form applies money to. */
import { useRef } from "preact/hooks";
import type { OpenInvoices } from "../../../../projector/queries/open-invoices.ts";
import type { Argument } from "../../../contract/arguments.ts";
import type { Failure } from "../../../contract/call-error.ts";
import { questionOf, useCall } from "../../state/use-call.ts";

interface OpenInvoicesReply {
  /** Null while they are read. */
  open: OpenInvoices | null;
  failure: Failure | null;
  retry: () => void;
}

/**
 * @param of null until the client is known
 * @param sent true once the form was sent: from then on the table stays as it was
 */
export function useOpenInvoices(of: Argument<"getOpenInvoices"> | null, sent: boolean): OpenInvoicesReply {
  const { value, key, failure, retry } = useCall("getOpenInvoices", of);
  const last = useRef<OpenInvoices | null>(null);
  // Those of another client are never shown, not even for a moment.
  const isTheirs = of !== null && key === questionOf("getOpenInvoices", of).key;
  if (!sent) last.current = isTheirs ? value : null;
  return { open: last.current, failure, retry };
}
