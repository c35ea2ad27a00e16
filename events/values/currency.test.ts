import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalsOf, isCurrency } from "./currency.ts";

// ISO 4217, table A.1, as of 2024 (without the codes of funds, which nobody pays in), by the decimals of the minor
// unit. Currencies can be added here, but never moved.
const BY_DECIMALS: Record<number, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF 
      CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR
      ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN 
      MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SOS SRD SSP
      STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

test("decimalsOf() has the minor unit of every currency as ISO 4217 lists it", () => {
  for (const [decimals, codes] of Object.entries(BY_DECIMALS))
    for (const code of codes.split(/\s+/)) assert.equal(decimalsOf(code), Number(decimals), code);
});

test("isCurrency() knows every currency of ISO 4217", () => {
  for (const code of Object.values(BY_DECIMALS).join(" ").split(/\s+/)) assert.equal(isCurrency(code), true, code);
});

test("isCurrency() refuses other codes", () => {
  for (const code of ["", "eur", "EU", "EURO", "ZZZ", "QQQ", "toString", "€"])
    assert.equal(isCurrency(code), false, code);
});
