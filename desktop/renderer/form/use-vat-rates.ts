import { useMemo } from "preact/hooks";
import { organization } from "../state/state.ts";
import { useCall } from "../state/use-call.ts";
import { NO_RATES, type VatRates, vatRatesOf } from "./vat-rates.ts";

/** The VAT rates to offer; null until they have been read. If they cannot be read, the saved ones alone. */
export function useVatRates(): VatRates | null {
  const own = organization.value;
  const { value, failure } = useCall("listVatRates", {});
  return useMemo(() => {
    if (!own) return NO_RATES;
    return value ? vatRatesOf(own, value) : failure ? vatRatesOf(own, []) : null;
  }, [own, value, failure]);
}
