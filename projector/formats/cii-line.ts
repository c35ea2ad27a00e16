/** Lines in CII. */
import type { SemanticLine } from "../../events/einvoice/semantic.ts";
import { filedCountry } from "./as-filed.ts";
import { ciiAdjustment, ciiAmount, ciiPeriod, ciiVat } from "./cii-amounts.ts";
import { OBJECT_TYPE } from "./cii-names.ts";
import { millionths } from "./decimals.ts";
import { each, group, leaf, leafWith } from "./xml.ts";

export function ciiLine(line: SemanticLine, currency: string): string {
  return group(
    "ram:IncludedSupplyChainTradeLineItem",
    group(
      "ram:AssociatedDocumentLineDocument",
      leaf("ram:LineID", line.id),
      group("ram:IncludedNote", leaf("ram:Content", line.note)),
    ),
    product(line),
    group(
      "ram:SpecifiedLineTradeAgreement",
      group("ram:BuyerOrderReferencedDocument", leaf("ram:LineID", line.orderLine)),
      grossPrice(line),
      group("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", millionths(line.price6)), baseQuantity(line)),
    ),
    group(
      "ram:SpecifiedLineTradeDelivery",
      leafWith("ram:BilledQuantity", millionths(line.quantity6), { unitCode: line.unit }),
    ),
    settlement(line, currency),
  );
}

function product(line: SemanticLine): string {
  const { standardItemId } = line;
  return group(
    "ram:SpecifiedTradeProduct",
    standardItemId ? leafWith("ram:GlobalID", standardItemId.id, { schemeID: standardItemId.scheme }) : "",
    leaf("ram:SellerAssignedID", line.sellerItemId),
    leaf("ram:BuyerAssignedID", line.buyerItemId),
    leaf("ram:Name", line.name),
    leaf("ram:Description", line.description),
    each(line.attributes, ({ name, value }) =>
      group("ram:ApplicableProductCharacteristic", leaf("ram:Description", name), leaf("ram:Value", value)),
    ),
    each(line.classifications, ({ code, scheme, version }) =>
      group(
        "ram:DesignatedProductClassification",
        leafWith("ram:ClassCode", code, { listID: scheme, listVersionID: version }),
      ),
    ),
    group("ram:OriginTradeCountry", leaf("ram:ID", line.origin && filedCountry(line.origin))),
  );
}

function grossPrice(line: SemanticLine): string {
  const { grossPrice6, price6 } = line;
  if (grossPrice6 === null) return "";
  return group(
    "ram:GrossPriceProductTradePrice",
    leaf("ram:ChargeAmount", millionths(grossPrice6)),
    baseQuantity(line),
    group(
      "ram:AppliedTradeAllowanceCharge",
      group("ram:ChargeIndicator", leaf("udt:Indicator", "false")),
      leaf("ram:ActualAmount", millionths(grossPrice6 - price6)),
    ),
  );
}

/** BT-149, and BT-150: its unit is the line's. */
function baseQuantity({ baseQuantity6, unit }: SemanticLine): string {
  return baseQuantity6 === null ? "" : leafWith("ram:BasisQuantity", millionths(baseQuantity6), { unitCode: unit });
}

function settlement(line: SemanticLine, currency: string): string {
  const { object } = line;
  return group(
    "ram:SpecifiedLineTradeSettlement",
    ciiVat("ram:ApplicableTradeTax", line),
    ciiPeriod(line.period),
    each(line.adjustments, (adjustment) => ciiAdjustment(adjustment, currency, null)),
    group(
      "ram:SpecifiedTradeSettlementLineMonetarySummation",
      ciiAmount("ram:LineTotalAmount", line.netMinor, currency),
    ),
    object
      ? group(
          "ram:AdditionalReferencedDocument",
          leaf("ram:IssuerAssignedID", object.id),
          leaf("ram:TypeCode", OBJECT_TYPE),
          leaf("ram:ReferenceTypeCode", object.scheme),
        )
      : "",
    group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", line.accountingReference)),
  );
}
