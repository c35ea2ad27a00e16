/** EAS: words for the schemes of electronic addresses. One code a line, then its words. */
export const ADDRESS_SCHEMES = `
0002 France: SIREN
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
0221 Japan: qualified invoice issuer
0225 France: electronic invoicing directory
0230 Malaysia: national e-invoicing framework
0235 United Arab Emirates: tax number
9910 Hungary: VAT number
9913 Business registers network
9914 Austria: UID number
9915 Austria: administrative identifier
9918 SWIFT
9919 Austria: KUR
9920 Spain: tax agency
9922 Andorra: VAT number
9923 Albania: VAT number
9924 Bosnia and Herzegovina: VAT number
9925 Belgium: VAT number
9926 Bulgaria: VAT number
9927 Switzerland: VAT number
9928 Cyprus: VAT number
9929 Czechia: VAT number
9930 Germany: VAT number
9931 Estonia: VAT number
9932 United Kingdom: VAT number
9933 Greece: VAT number
9934 Croatia: VAT number
9935 Ireland: VAT number
9936 Liechtenstein: VAT number
9937 Lithuania: VAT number
9938 Luxembourg: VAT number
9939 Latvia: VAT number
9940 Monaco: VAT number
9941 Montenegro: VAT number
9942 North Macedonia: VAT number
9943 Malta: VAT number
9944 Netherlands: VAT number
9945 Poland: VAT number
9946 Portugal: VAT number
9947 Romania: VAT number
9948 Serbia: VAT number
9949 Slovenia: VAT number
9950 Slovakia: VAT number
9951 San Marino: VAT number
9952 Türkiye: VAT number
9953 Vatican: VAT number
9957 France: VAT number
9959 United States: EIN
AN O.F.T.P. (Odette file transfer)
AQ X.400 address
AS AS2 address
AU File transfer protocol
EM E-mail
`;

/** The scheme that most companies of a country are addressed by; none: the user chooses. */
export const SCHEME_OF_COUNTRY: Readonly<Record<string, string>> = {
  AD: "9922",
  AT: "9914",
  AU: "0151",
  BE: "0208",
  BG: "9926",
  CH: "0183",
  CY: "9928",
  CZ: "9929",
  DE: "9930",
  DK: "0184",
  EE: "0191",
  ES: "9920",
  FI: "0216",
  FR: "0225",
  GB: "9932",
  GR: "9933",
  HR: "9934",
  HU: "9910",
  IE: "9935",
  IS: "0196",
  IT: "0211",
  JP: "0221",
  LI: "9936",
  LT: "0200",
  LU: "9938",
  LV: "0218",
  MC: "9940",
  MT: "9943",
  MY: "0230",
  NL: "0106",
  NO: "0192",
  PL: "9945",
  PT: "9946",
  RO: "9947",
  RS: "9948",
  SE: "0007",
  SG: "0195",
  SI: "9949",
  SK: "9950",
  SM: "9951",
  TR: "9952",
};
