/** Words for how a document is paid, and for what is taken off. One code a line, then its words. */

/** UNTDID 4461. */
export const PAYMENT_MEANS = `
1 Not defined
2 Automated clearing house credit
3 Automated clearing house debit
4 ACH demand debit reversal
5 ACH demand credit reversal
6 ACH demand credit
7 ACH demand debit
8 Hold
9 National or regional clearing
10 In cash
11 ACH savings credit reversal
12 ACH savings debit reversal
13 ACH savings credit
14 ACH savings debit
15 Bookentry credit
16 Bookentry debit
17 ACH demand cash concentration or disbursement credit
18 ACH demand cash concentration or disbursement debit
19 ACH demand corporate trade payment credit
20 Cheque
21 Banker's draft
22 Certified banker's draft
23 Bank cheque
24 Bill of exchange awaiting acceptance
25 Certified cheque
26 Local cheque
27 ACH demand corporate trade payment debit
28 ACH demand corporate trade exchange credit
29 ACH demand corporate trade exchange debit
30 Credit transfer
31 Debit transfer
32 ACH demand cash concentration plus credit
33 ACH demand cash concentration plus debit
34 ACH prearranged payment and deposit
35 ACH savings cash concentration or disbursement credit
36 ACH savings cash concentration or disbursement debit
37 ACH savings corporate trade payment credit
38 ACH savings corporate trade payment debit
39 ACH savings corporate trade exchange credit
40 ACH savings corporate trade exchange debit
41 ACH savings cash concentration plus credit
42 Payment to a bank account
43 ACH savings cash concentration plus debit
44 Accepted bill of exchange
45 Referenced home-banking credit transfer
46 Interbank debit transfer
47 Home-banking debit transfer
48 Bank card
49 Direct debit
50 Payment by postgiro
51 Interbank payment by FR norme 6 97
52 Urgent commercial payment
53 Urgent treasury payment
54 Credit card
55 Debit card
56 Bankgiro
57 Standing agreement
58 SEPA credit transfer
59 SEPA direct debit
60 Promissory note
61 Promissory note signed by the debtor
62 Promissory note signed by the debtor and endorsed by a bank
63 Promissory note signed by the debtor and endorsed by a third party
64 Promissory note signed by a bank
65 Promissory note signed by a bank and endorsed by another bank
66 Promissory note signed by a third party
67 Promissory note signed by a third party and endorsed by a bank
68 Online payment service
69 Transfer advice
70 Bill drawn by the creditor on the debtor
74 Bill drawn by the creditor on a bank
75 Bill drawn by the creditor, endorsed by another bank
76 Bill drawn by the creditor on a bank and endorsed by a third party
77 Bill drawn by the creditor on a third party
78 Bill drawn by the creditor on a third party, accepted and endorsed by a bank
91 Non-transferable banker's draft
92 Non-transferable local cheque
93 Reference giro
94 Urgent giro
95 Free format giro
96 Requested payment method was not used
97 Clearing between partners
98 Japanese electronically recorded monetary claims
ZZZ Mutually defined
`;

/** UNTDID 5189: those that EN 16931 allows. */
export const ALLOWANCE_REASONS = `
41 Bonus for works ahead of schedule
42 Other bonus
60 Manufacturer's consumer discount
62 Due to military status
63 Due to work accident
64 Special agreement
65 Production error discount
66 New outlet discount
67 Sample discount
68 End-of-range discount
70 Incoterm discount
71 Point of sales threshold allowance
88 Material surcharge or deduction
95 Discount
100 Special rebate
102 Fixed long term
103 Temporary
104 Standard
105 Yearly turnover
`;
