/** Words for what a whole document states by code. One code a line, then its words. */

/** UNTDID 1001: those that EN 16931 allows, of invoices and credit notes. */
export const DOCUMENT_TYPES = `
71 Request for payment
80 Debit note related to goods or services
81 Credit note related to goods or services
82 Metered services invoice
83 Credit note related to financial adjustments
84 Debit note related to financial adjustments
102 Tax notification
130 Invoicing data sheet
202 Direct payment valuation
203 Provisional payment valuation
204 Payment valuation
211 Interim application for payment
218 Final payment request based on completion of work
219 Payment request for completed units
261 Self-billed credit note
262 Consolidated credit note, goods and services
295 Price variation invoice
296 Credit note for price variation
308 Delcredere credit note
325 Proforma invoice
326 Partial invoice
331 Commercial invoice with a packing list
380 Commercial invoice
381 Credit note
382 Commission note
383 Debit note
384 Corrected invoice
385 Consolidated invoice
386 Prepayment invoice
387 Hire invoice
388 Tax invoice
389 Self-billed invoice
390 Delcredere invoice
393 Factored invoice
394 Lease invoice
395 Consignment invoice
396 Factored credit note
420 Optical character reading payment credit note
456 Debit advice
457 Reversal of debit
458 Reversal of credit
471 Self-billed corrective invoice
472 Factored corrective invoice
473 Self-billed factored corrective invoice
500 Self-billed prepayment invoice
501 Self-billed factored invoice
502 Self-billed factored credit note
503 Prepayment credit note
527 Self-billed debit note
532 Forwarder's credit note
553 Forwarder's invoice discrepancy report
575 Insurer's invoice
623 Forwarder's invoice
633 Port charges documents
751 Invoice information for accounting purposes
780 Freight invoice
817 Claim notification
870 Consular invoice
875 Partial construction invoice
876 Partial final construction invoice
877 Final construction invoice
935 Customs invoice
`;

/** UNTDID 2005: those that EN 16931 allows. */
export const TAX_POINTS = `
3 On the day of issue
35 On the day of delivery
432 On the day of payment
`;

/** UNTDID 4451. */
export const NOTE_SUBJECTS = `
AAA Goods item description
AAB Payment term
AAC Dangerous goods additional information
AAI General information
AAJ Additional conditions of sale
AAK Price conditions
AAR Terms of delivery
ABL Government information
ABN Accounting information
ACB Additional information
ACD Reason
ADU Note
BLR Transport document remarks
CHG Change information
COI Order information
CUR Customer remarks
CUS Customs declaration information
DCL Declaration
DEL Delivery information
DIN Delivery instructions
DOC Documentation instructions
GEN Entire transaction set
INV Invoice instruction
OSI Other service information
PAI Payment instructions information
PMD Payment detail or remittance information
PMT Payment information
PRD Product information
PRF Price calculation formula
PRI Priority information
PUR Purchasing information
QIN Quarantine instructions
QQD Quality demands
REG Regulatory information
RET Return to origin information
SIN Special instructions
SUR Supplier remarks
TRA Transportation information
TXD Tax declaration
WHI Warehouse instruction
ZZZ Mutually defined
`;

/** Those of credit notes; 81 can be either. */
export const CREDIT_NOTE_TYPES = "81 83 261 262 296 308 381 396 420 458 502 503 532".split(" ");
