/** Reads lines in CII. */
import type { SemanticLine } from "../../../events/einvoice/semantic.ts";
import { OBJECT_TYPE } from "../cii-names.ts";
import { readCiiAdjustment, readCiiPeriod, readCiiVat } from "./read-cii-amounts.ts";
import {
  amountOf,
  codeIn,
  countryIn,
  decimalOf,
  grossPriceOf,
  identifierIn,
  isTrue,
  neededAttribute,
  neededText,
  priceOf,
  takeConstant,
  textIn,
  textOf,
} from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

export function readCiiLine(line: XmlElement, currency: string): SemanticLine {
  const head = line.need("ram:AssociatedDocumentLineDocument");
  const agreement = line.need("ram:SpecifiedLineTradeAgreement");
  const quantity = line.need("ram:SpecifiedLineTradeDelivery").need("ram:BilledQuantity");
  const unit = neededAttribute(quantity, "unitCode");
  const settlement = line.need("ram:SpecifiedLineTradeSettlement");
  const totals = settlement.need("ram:SpecifiedTradeSettlementLineMonetarySummation");
  return {
    id: neededText(head, "ram:LineID"),
    note: textIn(head.take("ram:IncludedNote"), "ram:Content"),
    object: readObject(settlement),
    quantity6: decimalOf(quantity, 6),
    unit,
    netMinor: amountOf(totals.need("ram:LineTotalAmount"), currency),
    orderLine: textIn(agreement.take("ram:BuyerOrderReferencedDocument"), "ram:LineID"),
    accountingReference: textIn(settlement.take("ram:ReceivableSpecifiedTradeAccountingAccount"), "ram:ID"),
    period: readCiiPeriod(settlement),
    adjustments: settlement
      .takeAll("ram:SpecifiedTradeAllowanceCharge")
      .map((element) => readCiiAdjustment(element, currency)),
    ...readCiiVat(settlement.need("ram:ApplicableTradeTax")),
    ...readPrices(agreement, currency, unit),
    ...readProduct(line.need("ram:SpecifiedTradeProduct")),
  };
}

function readObject(settlement: XmlElement): SemanticLine["object"] {
  const object = settlement.take("ram:AdditionalReferencedDocument");
  takeConstant(object, "ram:TypeCode", OBJECT_TYPE);
  const id = textIn(object, "ram:IssuerAssignedID");
  return id === null ? null : { id, scheme: codeIn(object, "ram:ReferenceTypeCode") };
}

type Product = Pick<
  SemanticLine,
  | "name"
  | "description"
  | "buyerItemId"
  | "sellerItemId"
  | "standardItemId"
  | "origin"
  | "classifications"
  | "attributes"
>;
type Prices = Pick<SemanticLine, "price6" | "grossPrice6" | "baseQuantity6">;

function readProduct(product: XmlElement): Product {
  return {
    name: neededText(product, "ram:Name"),
    description: textIn(product, "ram:Description"),
    buyerItemId: textIn(product, "ram:BuyerAssignedID"),
    sellerItemId: textIn(product, "ram:SellerAssignedID"),
    standardItemId: identifierIn(product, "ram:GlobalID"),
    origin: countryIn(product.take("ram:OriginTradeCountry"), "ram:ID"),
    classifications: product.takeAll("ram:DesignatedProductClassification").map((classification) => {
      const code = classification.need("ram:ClassCode");
      return { code: textOf(code), scheme: neededAttribute(code, "listID"), version: code.attribute("listVersionID") };
    }),
    attributes: product.takeAll("ram:ApplicableProductCharacteristic").map((characteristic) => ({
      name: neededText(characteristic, "ram:Description"),
      value: neededText(characteristic, "ram:Value"),
    })),
  };
}

function readPrices(agreement: XmlElement, currency: string, unit: string): Prices {
  const net = agreement.need("ram:NetPriceProductTradePrice");
  const price6 = priceOf(net.need("ram:ChargeAmount"), currency);
  const baseQuantity = net.take("ram:BasisQuantity");
  baseQuantity?.takeAttribute("unitCode", unit);
  const baseQuantity6 = baseQuantity && decimalOf(baseQuantity, 6);
  const gross = agreement.take("ram:GrossPriceProductTradePrice");
  return { price6, grossPrice6: gross && readGross(gross, { price6, baseQuantity6, currency, unit }), baseQuantity6 };
}

function readGross(
  gross: XmlElement,
  {
    price6,
    baseQuantity6,
    currency,
    unit,
  }: { price6: number; baseQuantity6: number | null; currency: string; unit: string },
): number {
  const grossPrice6 = priceOf(gross.need("ram:ChargeAmount"), currency);
  const base = gross.child("ram:BasisQuantity");
  // Stated twice. If the two differ, the model has room for the net price's only.
  if (base && decimalOf(base, 6) === (baseQuantity6 ?? 1_000_000)) gross.take("ram:BasisQuantity");
  base?.takeAttribute("unitCode", unit);
  const discount = gross.take("ram:AppliedTradeAllowanceCharge", (each) => {
    const indicator = each.child("ram:ChargeIndicator")?.child("udt:Indicator");
    return !indicator || !isTrue(indicator);
  });
  if (!discount) return grossPrice6;
  discount.take("ram:ChargeIndicator")?.take("udt:Indicator");
  return grossPriceOf({ price6, grossPrice6, currency }, discount, "ram:ActualAmount");
}
