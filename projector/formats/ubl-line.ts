/** Lines in UBL. */
import type { SemanticLine } from "../../events/einvoice/semantic.ts";
import { filedCountry } from "./as-filed.ts";
import { millionths } from "./decimals.ts";
import { ublAdjustment, ublAmount, ublTaxCategory } from "./ubl-amounts.ts";
import { OBJECT_TYPE } from "./ubl-names.ts";
import { each, group, leaf, leafWith } from "./xml.ts";

/** Invoices and credit notes differ in the names of two elements. */
export interface LineNames {
  line: string;
  quantity: string;
}

export function ublLine(line: SemanticLine, currency: string, names: LineNames): string {
  const { period, orderLine, object } = line;
  return group(
    names.line,
    leaf("cbc:ID", line.id),
    leaf("cbc:Note", line.note),
    leafWith(names.quantity, millionths(line.quantity6), { unitCode: line.unit }),
    ublAmount("cbc:LineExtensionAmount", line.netMinor, currency),
    leaf("cbc:AccountingCost", line.accountingReference),
    period ? group("cac:InvoicePeriod", leaf("cbc:StartDate", period.from), leaf("cbc:EndDate", period.to)) : "",
    group("cac:OrderLineReference", leaf("cbc:LineID", orderLine)),
    object
      ? group(
          "cac:DocumentReference",
          leafWith("cbc:ID", object.id, { schemeID: object.scheme }),
          leaf("cbc:DocumentTypeCode", OBJECT_TYPE),
        )
      : "",
    each(line.adjustments, (adjustment) => ublAdjustment(adjustment, currency, null)),
    item(line),
    price(line, currency),
  );
}

function item(line: SemanticLine): string {
  const { standardItemId } = line;
  return group(
    "cac:Item",
    leaf("cbc:Description", line.description),
    leaf("cbc:Name", line.name),
    group("cac:BuyersItemIdentification", leaf("cbc:ID", line.buyerItemId)),
    group("cac:SellersItemIdentification", leaf("cbc:ID", line.sellerItemId)),
    standardItemId
      ? group(
          "cac:StandardItemIdentification",
          leafWith("cbc:ID", standardItemId.id, { schemeID: standardItemId.scheme }),
        )
      : "",
    group("cac:OriginCountry", leaf("cbc:IdentificationCode", line.origin && filedCountry(line.origin))),
    each(line.classifications, ({ code, scheme, version }) =>
      group(
        "cac:CommodityClassification",
        leafWith("cbc:ItemClassificationCode", code, { listID: scheme, listVersionID: version }),
      ),
    ),
    ublTaxCategory("cac:ClassifiedTaxCategory", line),
    each(line.attributes, ({ name, value }) =>
      group("cac:AdditionalItemProperty", leaf("cbc:Name", name), leaf("cbc:Value", value)),
    ),
  );
}

function price({ price6, grossPrice6, baseQuantity6, unit }: SemanticLine, currency: string): string {
  const ofPrice = (name: string, value6: number) => leafWith(name, millionths(value6), { currencyID: currency });
  return group(
    "cac:Price",
    ofPrice("cbc:PriceAmount", price6),
    baseQuantity6 === null ? "" : leafWith("cbc:BaseQuantity", millionths(baseQuantity6), { unitCode: unit }),
    grossPrice6 === null
      ? ""
      : group(
          "cac:AllowanceCharge",
          leaf("cbc:ChargeIndicator", "false"),
          ofPrice("cbc:Amount", grossPrice6 - price6),
          ofPrice("cbc:BaseAmount", grossPrice6),
        ),
  );
}
