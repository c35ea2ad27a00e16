/** ISO/IEC 6523, the ICD list: words for the schemes of identifiers. One code a line, then its words. */
export const PARTY_SCHEMES = `
0002 France: SIREN
0004 Institute of Electrical and Electronics Engineers
0007 Sweden: organisation number
0009 France: SIRET
0037 Finland: LY-tunnus
0060 DUNS number
0088 GLN (GS1 location number)
0096 Denmark: chamber of commerce
0097 Italy: FTI Ediforum
0106 Netherlands: KvK number
0130 European Commission directorates
0135 Italy: SIA
0142 Italy: SECETI
0147 Japan: standard company code
0151 Australia: ABN
0154 Czechia: IČO
0158 Slovakia: IČO
0160 GTIN (GS1 article number)
0170 Teikoku company code
0177 Odette identifier
0183 Switzerland: UID
0184 Denmark: CVR number
0188 Japan: corporate number
0190 Netherlands: OIN
0191 Estonia: company code
0192 Norway: organisation number
0193 UBL.BE party identifier
0194 KOIOS open technical dictionary
0195 Singapore: UEN
0196 Iceland: kennitala
0198 Denmark: ERSTORG
0199 LEI (legal entity identifier)
0200 Lithuania: legal entity code
0201 Italy: codice univoco IPA
0202 Italy: certified e-mail address
0203 Sweden: eDelivery identifier
0204 Germany: Leitweg-ID
0205 CODDEST
0208 Belgium: enterprise number
0209 GS1 identification key
0210 Italy: codice fiscale
0211 Italy: partita IVA
0212 Finland: organization identifier
0213 Finland: VAT number
0215 Net service identifier
0216 Finland: OVT code
0217 Netherlands: branch number
0218 Latvia: registration number
0219 Latvia: organization identifier
0220 Latvia: personal identifier
0221 Japan: qualified invoice issuer
0225 France: electronic invoicing directory
0228 French Polynesia and other territories: RIDET
0230 Malaysia: national e-invoicing framework
0234 Luxembourg: business register
0235 United Arab Emirates: tax number
0240 Register of legal persons
`;
