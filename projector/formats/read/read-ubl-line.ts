/** Reads lines in UBL. */
import type { SemanticLine } from "../../../events/einvoice/semantic.ts";
import { OBJECT_TYPE } from "../ubl-names.ts";
import { readUblAdjustment, readUblTaxCategory } from "./read-ubl-amounts.ts";
import {
  amountOf,
  countryIn,
  dateIn,
  decimalOf,
  grossPriceOf,
  identifierIn,
  neededAttribute,
  neededText,
  priceIn,
  priceOf,
  takeConstant,
  textIn,
  textOf,
  unlessEmpty,
} from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

export function readUblLine(line: XmlElement, currency: string): SemanticLine {
  const quantity = line.take("cbc:InvoicedQuantity") ?? line.need("cbc:CreditedQuantity");
  const unit = neededAttribute(quantity, "unitCode");
  const period = line.take("cac:InvoicePeriod");
  const object = line.take("cac:DocumentReference");
  takeConstant(object, "cbc:DocumentTypeCode", OBJECT_TYPE);
  return {
    id: neededText(line, "cbc:ID"),
    note: textIn(line, "cbc:Note"),
    object: identifierIn(object, "cbc:ID"),
    quantity6: decimalOf(quantity, 6),
    unit,
    netMinor: amountOf(line.need("cbc:LineExtensionAmount"), currency),
    orderLine: textIn(line.take("cac:OrderLineReference"), "cbc:LineID"),
    accountingReference: textIn(line, "cbc:AccountingCost"),
    period: period && unlessEmpty({ from: dateIn(period, "cbc:StartDate"), to: dateIn(period, "cbc:EndDate") }),
    adjustments: line.takeAll("cac:AllowanceCharge").map((element) => readUblAdjustment(element, currency)),
    ...readItem(line.need("cac:Item")),
    ...readPrice(line.need("cac:Price"), currency, unit),
  };
}

type Item = Pick<
  SemanticLine,
  | "name"
  | "description"
  | "buyerItemId"
  | "sellerItemId"
  | "standardItemId"
  | "origin"
  | "classifications"
  | "vatCategory"
  | "vatRate3"
  | "attributes"
>;
type Price = Pick<SemanticLine, "price6" | "grossPrice6" | "baseQuantity6">;

function readItem(item: XmlElement): Item {
  const idOf = (name: string) => textIn(item.take(name), "cbc:ID");
  return {
    name: neededText(item, "cbc:Name"),
    description: textIn(item, "cbc:Description"),
    buyerItemId: idOf("cac:BuyersItemIdentification"),
    sellerItemId: idOf("cac:SellersItemIdentification"),
    standardItemId: identifierIn(item.take("cac:StandardItemIdentification"), "cbc:ID"),
    origin: countryIn(item.take("cac:OriginCountry"), "cbc:IdentificationCode"),
    classifications: item.takeAll("cac:CommodityClassification").map((classification) => {
      const code = classification.need("cbc:ItemClassificationCode");
      return {
        code: textOf(code),
        scheme: neededAttribute(code, "listID"),
        version: code.attribute("listVersionID"),
      };
    }),
    ...readUblTaxCategory(item.need("cac:ClassifiedTaxCategory")),
    attributes: item.takeAll("cac:AdditionalItemProperty").map((property) => ({
      name: neededText(property, "cbc:Name"),
      value: neededText(property, "cbc:Value"),
    })),
  };
}

function readPrice(price: XmlElement, currency: string, unit: string): Price {
  const price6 = priceOf(price.need("cbc:PriceAmount"), currency);
  const baseQuantity = price.take("cbc:BaseQuantity");
  baseQuantity?.takeAttribute("unitCode", unit);
  const discount = price.take("cac:AllowanceCharge", (each) => each.peek("cbc:ChargeIndicator") !== "true");
  discount?.take("cbc:ChargeIndicator");
  const grossPrice6 = priceIn(discount, "cbc:BaseAmount", currency);
  return {
    price6,
    grossPrice6: discount ? grossPriceOf({ price6, grossPrice6, currency }, discount, "cbc:Amount") : null,
    baseQuantity6: baseQuantity && decimalOf(baseQuantity, 6),
  };
}
