/** Words for the schemes of items and of invoiced objects. One code a line, then its words. */

/** UNTDID 7143. */
export const CLASSIFICATION_SCHEMES = `
AA Product version number
AB Assembly
AC HIBC (health industry bar code)
BB Lot number
BP Buyer's part number
CC Industry commodity code
CG Commodity grouping
CL Colour number
CR Contract number
CV Customs article number
DR Drawing number
EC Engineering change level
EN GTIN (EAN)
GN National product group code
GS General specification number
HS Harmonised system
IB ISBN
IN Buyer's item number
IS ISSN
MF Manufacturer's article number
MN Model number
MP Product or service identification number
NB Batch number
ON Customer order number
PL Purchaser's order line number
PV Promotional variant number
SA Supplier's article number
SK Stock keeping unit
SN Serial number
SRV GTIN
STI CPV (common procurement vocabulary)
TG Transport group number
TST UNSPSC
UP UPC
VN Vendor item number
VP Vendor's part number
ZZZ Mutually defined
`;

/** UNTDID 1153. */
export const OBJECT_SCHEMES = `
AAJ Delivery order number
AAK Despatch advice number
AAM Waybill number
AAN Delivery schedule number
AAS Transport document number
ABO Originator's reference
ABT Customs declaration number
ABZ Vehicle licence number
ACE Related document number
ADE Account number
ALO Receiving advice number
AWV Phone number
BC Buyer's contract number
BO Blanket order number
CD Credit note number
CN Carrier's reference
CR Customer's reference
CT Contract number
DQ Delivery note number
IV Invoice number
MG Meter number
ON Order number
PK Packing list number
PL Price list number
POR Purchase order response number
PQ Payment reference
SE Serial number
VN Supplier's order number
ZZZ Mutually agreed
`;
