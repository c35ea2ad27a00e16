/**
 * How version 1 of the paper writes figures and dates, and the names of countries: from CLDR 48, by the `Intl` of Node
 * 24.21. It is frozen: `Intl` differs between machines, and a later CLDR belongs to a later version. Groups begin at four
 * digits in every language, also where CLDR writes `1234,50` in a text: figures stand below each other here.
 */

export interface Formats {
  decimal: string;
  group: string;
  /** `{amount}` and `{sign}` */
  currency: string;
  percent: string;
  /** `{d}` or `{dd}`, `{mm}` or `{month}`, `{y}` */
  date: string;
  /** Names of months, from January; empty if dates have numbers. */
  months: readonly string[];
  /** Currencies that have a sign in the language. All others are written as their code. */
  signs: Readonly<Record<string, string>>;
}

/** By language, and by language and country where the country differs. */
export const FORMATS: Readonly<Record<string, Formats>> = {
  en: {
    decimal: ".",
    group: ",",
    currency: "{sign}{amount}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"],
    signs: { EUR: "€", GBP: "£", USD: "US$", JPY: "JP¥" },
  },
  "en-US": {
    decimal: ".",
    group: ",",
    currency: "{sign}{amount}",
    percent: "{amount}%",
    date: "{month} {d}, {y}",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    signs: { EUR: "€", GBP: "£", USD: "$", JPY: "JP¥" },
  },
  de: {
    decimal: ",",
    group: ".",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}\u00a0%",
    date: "{dd}.{mm}.{y}",
    months: [],
    signs: { EUR: "€", GBP: "£", USD: "$", JPY: "¥" },
  },
  "de-AT": {
    decimal: ",",
    group: ".",
    currency: "{sign}\u00a0{amount}",
    percent: "{amount}\u00a0%",
    date: "{dd}.{mm}.{y}",
    months: [],
    signs: { EUR: "€", GBP: "£", USD: "$", JPY: "¥" },
  },
  "de-CH": {
    decimal: ".",
    group: "'",
    currency: "{sign}\u00a0{amount}",
    percent: "{amount}%",
    date: "{dd}.{mm}.{y}",
    months: [],
    signs: { EUR: "€", GBP: "£", USD: "$", JPY: "¥" },
  },
  fr: {
    decimal: ",",
    group: "\u202f",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}\u00a0%",
    date: "{d} {month} {y}",
    months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    signs: { EUR: "€", GBP: "£GB", USD: "$US" },
  },
  "fr-CH": {
    decimal: ".",
    group: "'",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    signs: { EUR: "€", GBP: "£GB", USD: "$US" },
  },
  es: {
    decimal: ",",
    group: ".",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}\u00a0%",
    date: "{d} {month} {y}",
    months: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
    signs: { EUR: "€", USD: "US$" },
  },
  it: {
    decimal: ",",
    group: ".",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    signs: { EUR: "€", GBP: "£" },
  },
  "it-CH": {
    decimal: ".",
    group: "'",
    currency: "{sign}\u00a0{amount}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    signs: { EUR: "€", GBP: "£" },
  },
  nl: {
    decimal: ",",
    group: ".",
    currency: "{sign}\u00a0{amount}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    signs: { EUR: "€", GBP: "£", USD: "US$", JPY: "JP¥" },
  },
  pl: {
    decimal: ",",
    group: "\u00a0",
    currency: "{amount}\u00a0{sign}",
    percent: "{amount}%",
    date: "{d} {month} {y}",
    months: ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
    signs: { EUR: "€", PLN: "zł" },
  },
};

/** Names of countries by language, in the order of their codes. */
const COUNTRIES: Readonly<Record<string, string>> = {
  en: "AD=Andorra|AE=United Arab Emirates|AF=Afghanistan|AG=Antigua & Barbuda|AI=Anguilla|AL=Albania|AM=Armenia|AO=Angola|AQ=Antarctica|AR=Argentina|AS=American Samoa|AT=Austria|AU=Australia|AW=Aruba|AX=Åland Islands|AZ=Azerbaijan|BA=Bosnia & Herzegovina|BB=Barbados|BD=Bangladesh|BE=Belgium|BF=Burkina Faso|BG=Bulgaria|BH=Bahrain|BI=Burundi|BJ=Benin|BL=St Barthélemy|BM=Bermuda|BN=Brunei|BO=Bolivia|BQ=Caribbean Netherlands|BR=Brazil|BS=Bahamas|BT=Bhutan|BV=Bouvet Island|BW=Botswana|BY=Belarus|BZ=Belize|CA=Canada|CC=Cocos (Keeling) Islands|CD=Congo - Kinshasa|CF=Central African Republic|CG=Congo - Brazzaville|CH=Switzerland|CI=Côte d’Ivoire|CK=Cook Islands|CL=Chile|CM=Cameroon|CN=China|CO=Colombia|CR=Costa Rica|CU=Cuba|CV=Cape Verde|CW=Curaçao|CX=Christmas Island|CY=Cyprus|CZ=Czechia|DE=Germany|DJ=Djibouti|DK=Denmark|DM=Dominica|DO=Dominican Republic|DZ=Algeria|EC=Ecuador|EE=Estonia|EG=Egypt|EH=Western Sahara|ER=Eritrea|ES=Spain|ET=Ethiopia|FI=Finland|FJ=Fiji|FK=Falkland Islands|FM=Micronesia|FO=Faroe Islands|FR=France|GA=Gabon|GB=United Kingdom|GD=Grenada|GE=Georgia|GF=French Guiana|GG=Guernsey|GH=Ghana|GI=Gibraltar|GL=Greenland|GM=Gambia|GN=Guinea|GP=Guadeloupe|GQ=Equatorial Guinea|GR=Greece|GS=South Georgia & South Sandwich Islands|GT=Guatemala|GU=Guam|GW=Guinea-Bissau|GY=Guyana|HK=Hong Kong SAR China|HM=Heard & McDonald Islands|HN=Honduras|HR=Croatia|HT=Haiti|HU=Hungary|ID=Indonesia|IE=Ireland|IL=Israel|IM=Isle of Man|IN=India|IO=British Indian Ocean Territory|IQ=Iraq|IR=Iran|IS=Iceland|IT=Italy|JE=Jersey|JM=Jamaica|JO=Jordan|JP=Japan|KE=Kenya|KG=Kyrgyzstan|KH=Cambodia|KI=Kiribati|KM=Comoros|KN=St Kitts & Nevis|KP=North Korea|KR=South Korea|KW=Kuwait|KY=Cayman Islands|KZ=Kazakhstan|LA=Laos|LB=Lebanon|LC=St Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Lithuania|LU=Luxembourg|LV=Latvia|LY=Libya|MA=Morocco|MC=Monaco|MD=Moldova|ME=Montenegro|MF=St Martin|MG=Madagascar|MH=Marshall Islands|MK=North Macedonia|ML=Mali|MM=Myanmar (Burma)|MN=Mongolia|MO=Macao SAR China|MP=Northern Mariana Islands|MQ=Martinique|MR=Mauritania|MS=Montserrat|MT=Malta|MU=Mauritius|MV=Maldives|MW=Malawi|MX=Mexico|MY=Malaysia|MZ=Mozambique|NA=Namibia|NC=New Caledonia|NE=Niger|NF=Norfolk Island|NG=Nigeria|NI=Nicaragua|NL=Netherlands|NO=Norway|NP=Nepal|NR=Nauru|NU=Niue|NZ=New Zealand|OM=Oman|PA=Panama|PE=Peru|PF=French Polynesia|PG=Papua New Guinea|PH=Philippines|PK=Pakistan|PL=Poland|PM=St Pierre & Miquelon|PN=Pitcairn Islands|PR=Puerto Rico|PS=Palestinian Territories|PT=Portugal|PW=Palau|PY=Paraguay|QA=Qatar|RE=Réunion|RO=Romania|RS=Serbia|RU=Russia|RW=Rwanda|SA=Saudi Arabia|SB=Solomon Islands|SC=Seychelles|SD=Sudan|SE=Sweden|SG=Singapore|SH=St Helena|SI=Slovenia|SJ=Svalbard & Jan Mayen|SK=Slovakia|SL=Sierra Leone|SM=San Marino|SN=Senegal|SO=Somalia|SR=Suriname|SS=South Sudan|ST=São Tomé & Príncipe|SV=El Salvador|SX=Sint Maarten|SY=Syria|SZ=Eswatini|TC=Turks & Caicos Islands|TD=Chad|TF=French Southern Territories|TG=Togo|TH=Thailand|TJ=Tajikistan|TK=Tokelau|TL=Timor-Leste|TM=Turkmenistan|TN=Tunisia|TO=Tonga|TR=Türkiye|TT=Trinidad & Tobago|TV=Tuvalu|TW=Taiwan|TZ=Tanzania|UA=Ukraine|UG=Uganda|UM=US Outlying Islands|US=United States|UY=Uruguay|UZ=Uzbekistan|VA=Vatican City|VC=St Vincent & the Grenadines|VE=Venezuela|VG=British Virgin Islands|VI=US Virgin Islands|VN=Vietnam|VU=Vanuatu|WF=Wallis & Futuna|WS=Samoa|XI=Northern Ireland|XK=Kosovo|YE=Yemen|YT=Mayotte|ZA=South Africa|ZM=Zambia|ZW=Zimbabwe",
  de: "AD=Andorra|AE=Vereinigte Arabische Emirate|AF=Afghanistan|AG=Antigua und Barbuda|AI=Anguilla|AL=Albanien|AM=Armenien|AO=Angola|AQ=Antarktis|AR=Argentinien|AS=Amerikanisch-Samoa|AT=Österreich|AU=Australien|AW=Aruba|AX=Ålandinseln|AZ=Aserbaidschan|BA=Bosnien und Herzegowina|BB=Barbados|BD=Bangladesch|BE=Belgien|BF=Burkina Faso|BG=Bulgarien|BH=Bahrain|BI=Burundi|BJ=Benin|BL=St. Barthélemy|BM=Bermuda|BN=Brunei Darussalam|BO=Bolivien|BQ=Karibische Niederlande|BR=Brasilien|BS=Bahamas|BT=Bhutan|BV=Bouvetinsel|BW=Botsuana|BY=Belarus|BZ=Belize|CA=Kanada|CC=Kokosinseln|CD=Kongo-Kinshasa|CF=Zentralafrikanische Republik|CG=Kongo-Brazzaville|CH=Schweiz|CI=Côte d’Ivoire|CK=Cookinseln|CL=Chile|CM=Kamerun|CN=China|CO=Kolumbien|CR=Costa Rica|CU=Kuba|CV=Cabo Verde|CW=Curaçao|CX=Weihnachtsinsel|CY=Zypern|CZ=Tschechien|DE=Deutschland|DJ=Dschibuti|DK=Dänemark|DM=Dominica|DO=Dominikanische Republik|DZ=Algerien|EC=Ecuador|EE=Estland|EG=Ägypten|EH=Westsahara|ER=Eritrea|ES=Spanien|ET=Äthiopien|FI=Finnland|FJ=Fidschi|FK=Falklandinseln|FM=Mikronesien|FO=Färöer|FR=Frankreich|GA=Gabun|GB=Vereinigtes Königreich|GD=Grenada|GE=Georgien|GF=Französisch-Guayana|GG=Guernsey|GH=Ghana|GI=Gibraltar|GL=Grönland|GM=Gambia|GN=Guinea|GP=Guadeloupe|GQ=Äquatorialguinea|GR=Griechenland|GS=Südgeorgien und die Südlichen Sandwichinseln|GT=Guatemala|GU=Guam|GW=Guinea-Bissau|GY=Guyana|HK=Sonderverwaltungsregion Hongkong|HM=Heard und McDonaldinseln|HN=Honduras|HR=Kroatien|HT=Haiti|HU=Ungarn|ID=Indonesien|IE=Irland|IL=Israel|IM=Isle of Man|IN=Indien|IO=Britisches Territorium im Indischen Ozean|IQ=Irak|IR=Iran|IS=Island|IT=Italien|JE=Jersey|JM=Jamaika|JO=Jordanien|JP=Japan|KE=Kenia|KG=Kirgisistan|KH=Kambodscha|KI=Kiribati|KM=Komoren|KN=St. Kitts und Nevis|KP=Nordkorea|KR=Südkorea|KW=Kuwait|KY=Kaimaninseln|KZ=Kasachstan|LA=Laos|LB=Libanon|LC=St. Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Litauen|LU=Luxemburg|LV=Lettland|LY=Libyen|MA=Marokko|MC=Monaco|MD=Republik Moldau|ME=Montenegro|MF=St. Martin|MG=Madagaskar|MH=Marshallinseln|MK=Nordmazedonien|ML=Mali|MM=Myanmar|MN=Mongolei|MO=Sonderverwaltungsregion Macau|MP=Nördliche Marianen|MQ=Martinique|MR=Mauretanien|MS=Montserrat|MT=Malta|MU=Mauritius|MV=Malediven|MW=Malawi|MX=Mexiko|MY=Malaysia|MZ=Mosambik|NA=Namibia|NC=Neukaledonien|NE=Niger|NF=Norfolkinsel|NG=Nigeria|NI=Nicaragua|NL=Niederlande|NO=Norwegen|NP=Nepal|NR=Nauru|NU=Niue|NZ=Neuseeland|OM=Oman|PA=Panama|PE=Peru|PF=Französisch-Polynesien|PG=Papua-Neuguinea|PH=Philippinen|PK=Pakistan|PL=Polen|PM=St. Pierre und Miquelon|PN=Pitcairninseln|PR=Puerto Rico|PS=Palästinensische Autonomiegebiete|PT=Portugal|PW=Palau|PY=Paraguay|QA=Katar|RE=Réunion|RO=Rumänien|RS=Serbien|RU=Russland|RW=Ruanda|SA=Saudi-Arabien|SB=Salomonen|SC=Seychellen|SD=Sudan|SE=Schweden|SG=Singapur|SH=St. Helena|SI=Slowenien|SJ=Spitzbergen und Jan Mayen|SK=Slowakei|SL=Sierra Leone|SM=San Marino|SN=Senegal|SO=Somalia|SR=Suriname|SS=Südsudan|ST=São Tomé und Príncipe|SV=El Salvador|SX=Sint Maarten|SY=Syrien|SZ=Eswatini|TC=Turks- und Caicosinseln|TD=Tschad|TF=Französische Süd- und Antarktisgebiete|TG=Togo|TH=Thailand|TJ=Tadschikistan|TK=Tokelau|TL=Timor-Leste|TM=Turkmenistan|TN=Tunesien|TO=Tonga|TR=Türkei|TT=Trinidad und Tobago|TV=Tuvalu|TW=Taiwan|TZ=Tansania|UA=Ukraine|UG=Uganda|UM=Amerikanische Überseeinseln|US=Vereinigte Staaten|UY=Uruguay|UZ=Usbekistan|VA=Vatikanstadt|VC=St. Vincent und die Grenadinen|VE=Venezuela|VG=Britische Jungferninseln|VI=Amerikanische Jungferninseln|VN=Vietnam|VU=Vanuatu|WF=Wallis und Futuna|WS=Samoa|XI=Nordirland|XK=Kosovo|YE=Jemen|YT=Mayotte|ZA=Südafrika|ZM=Sambia|ZW=Simbabwe",
  fr: "AD=Andorre|AE=Émirats arabes unis|AF=Afghanistan|AG=Antigua-et-Barbuda|AI=Anguilla|AL=Albanie|AM=Arménie|AO=Angola|AQ=Antarctique|AR=Argentine|AS=Samoa américaines|AT=Autriche|AU=Australie|AW=Aruba|AX=Îles Åland|AZ=Azerbaïdjan|BA=Bosnie-Herzégovine|BB=Barbade|BD=Bangladesh|BE=Belgique|BF=Burkina Faso|BG=Bulgarie|BH=Bahreïn|BI=Burundi|BJ=Bénin|BL=Saint-Barthélemy|BM=Bermudes|BN=Brunei|BO=Bolivie|BQ=Pays-Bas caribéens|BR=Brésil|BS=Bahamas|BT=Bhoutan|BV=Île Bouvet|BW=Botswana|BY=Biélorussie|BZ=Belize|CA=Canada|CC=Îles Cocos|CD=Congo-Kinshasa|CF=République centrafricaine|CG=Congo-Brazzaville|CH=Suisse|CI=Côte d’Ivoire|CK=Îles Cook|CL=Chili|CM=Cameroun|CN=Chine|CO=Colombie|CR=Costa Rica|CU=Cuba|CV=Cap-Vert|CW=Curaçao|CX=Île Christmas|CY=Chypre|CZ=Tchéquie|DE=Allemagne|DJ=Djibouti|DK=Danemark|DM=Dominique|DO=République dominicaine|DZ=Algérie|EC=Équateur|EE=Estonie|EG=Égypte|EH=Sahara occidental|ER=Érythrée|ES=Espagne|ET=Éthiopie|FI=Finlande|FJ=Fidji|FK=Îles Malouines|FM=Micronésie|FO=Îles Féroé|FR=France|GA=Gabon|GB=Royaume-Uni|GD=Grenade|GE=Géorgie|GF=Guyane française|GG=Guernesey|GH=Ghana|GI=Gibraltar|GL=Groenland|GM=Gambie|GN=Guinée|GP=Guadeloupe|GQ=Guinée équatoriale|GR=Grèce|GS=Géorgie du Sud-et-les Îles Sandwich du Sud|GT=Guatemala|GU=Guam|GW=Guinée-Bissau|GY=Guyana|HK=R.A.S. chinoise de Hong Kong|HM=Îles Heard-et-MacDonald|HN=Honduras|HR=Croatie|HT=Haïti|HU=Hongrie|ID=Indonésie|IE=Irlande|IL=Israël|IM=Île de Man|IN=Inde|IO=Territoire britannique de l’océan Indien|IQ=Irak|IR=Iran|IS=Islande|IT=Italie|JE=Jersey|JM=Jamaïque|JO=Jordanie|JP=Japon|KE=Kenya|KG=Kirghizstan|KH=Cambodge|KI=Kiribati|KM=Comores|KN=Saint-Christophe-et-Niévès|KP=Corée du Nord|KR=Corée du Sud|KW=Koweït|KY=Îles Caïmans|KZ=Kazakhstan|LA=Laos|LB=Liban|LC=Sainte-Lucie|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Lituanie|LU=Luxembourg|LV=Lettonie|LY=Libye|MA=Maroc|MC=Monaco|MD=Moldavie|ME=Monténégro|MF=Saint-Martin|MG=Madagascar|MH=Îles Marshall|MK=Macédoine du Nord|ML=Mali|MM=Myanmar (Birmanie)|MN=Mongolie|MO=R.A.S. chinoise de Macao|MP=Îles Mariannes du Nord|MQ=Martinique|MR=Mauritanie|MS=Montserrat|MT=Malte|MU=Maurice|MV=Maldives|MW=Malawi|MX=Mexique|MY=Malaisie|MZ=Mozambique|NA=Namibie|NC=Nouvelle-Calédonie|NE=Niger|NF=Île Norfolk|NG=Nigeria|NI=Nicaragua|NL=Pays-Bas|NO=Norvège|NP=Népal|NR=Nauru|NU=Niue|NZ=Nouvelle-Zélande|OM=Oman|PA=Panama|PE=Pérou|PF=Polynésie française|PG=Papouasie-Nouvelle-Guinée|PH=Philippines|PK=Pakistan|PL=Pologne|PM=Saint-Pierre-et-Miquelon|PN=Îles Pitcairn|PR=Porto Rico|PS=Territoires palestiniens|PT=Portugal|PW=Palaos|PY=Paraguay|QA=Qatar|RE=La Réunion|RO=Roumanie|RS=Serbie|RU=Russie|RW=Rwanda|SA=Arabie saoudite|SB=Îles Salomon|SC=Seychelles|SD=Soudan|SE=Suède|SG=Singapour|SH=Sainte-Hélène|SI=Slovénie|SJ=Svalbard et Jan Mayen|SK=Slovaquie|SL=Sierra Leone|SM=Saint-Marin|SN=Sénégal|SO=Somalie|SR=Suriname|SS=Soudan du Sud|ST=Sao Tomé-et-Principe|SV=Salvador|SX=Saint-Martin (partie néerlandaise)|SY=Syrie|SZ=Eswatini|TC=Îles Turques-et-Caïques|TD=Tchad|TF=Terres australes françaises|TG=Togo|TH=Thaïlande|TJ=Tadjikistan|TK=Tokelau|TL=Timor oriental|TM=Turkménistan|TN=Tunisie|TO=Tonga|TR=Turquie|TT=Trinité-et-Tobago|TV=Tuvalu|TW=Taïwan|TZ=Tanzanie|UA=Ukraine|UG=Ouganda|UM=Îles mineures éloignées des États-Unis|US=États-Unis|UY=Uruguay|UZ=Ouzbékistan|VA=État de la Cité du Vatican|VC=Saint-Vincent-et-les Grenadines|VE=Venezuela|VG=Îles Vierges britanniques|VI=Îles Vierges des États-Unis|VN=Viêt Nam|VU=Vanuatu|WF=Wallis-et-Futuna|WS=Samoa|XI=Irlande du Nord|XK=Kosovo|YE=Yémen|YT=Mayotte|ZA=Afrique du Sud|ZM=Zambie|ZW=Zimbabwe",
  es: "AD=Andorra|AE=Emiratos Árabes Unidos|AF=Afganistán|AG=Antigua y Barbuda|AI=Anguila|AL=Albania|AM=Armenia|AO=Angola|AQ=Antártida|AR=Argentina|AS=Samoa Americana|AT=Austria|AU=Australia|AW=Aruba|AX=Islas Aland|AZ=Azerbaiyán|BA=Bosnia y Herzegovina|BB=Barbados|BD=Bangladés|BE=Bélgica|BF=Burkina Faso|BG=Bulgaria|BH=Baréin|BI=Burundi|BJ=Benín|BL=San Bartolomé|BM=Bermudas|BN=Brunéi|BO=Bolivia|BQ=Caribe neerlandés|BR=Brasil|BS=Bahamas|BT=Bután|BV=Isla Bouvet|BW=Botsuana|BY=Bielorrusia|BZ=Belice|CA=Canadá|CC=Islas Cocos|CD=República Democrática del Congo|CF=República Centroafricana|CG=Congo|CH=Suiza|CI=Côte d’Ivoire|CK=Islas Cook|CL=Chile|CM=Camerún|CN=China|CO=Colombia|CR=Costa Rica|CU=Cuba|CV=Cabo Verde|CW=Curazao|CX=Isla de Navidad|CY=Chipre|CZ=Chequia|DE=Alemania|DJ=Yibuti|DK=Dinamarca|DM=Dominica|DO=República Dominicana|DZ=Argelia|EC=Ecuador|EE=Estonia|EG=Egipto|EH=Sáhara Occidental|ER=Eritrea|ES=España|ET=Etiopía|FI=Finlandia|FJ=Fiyi|FK=Islas Malvinas|FM=Micronesia|FO=Islas Feroe|FR=Francia|GA=Gabón|GB=Reino Unido|GD=Granada|GE=Georgia|GF=Guayana Francesa|GG=Guernesey|GH=Ghana|GI=Gibraltar|GL=Groenlandia|GM=Gambia|GN=Guinea|GP=Guadalupe|GQ=Guinea Ecuatorial|GR=Grecia|GS=Islas Georgia del Sur y Sandwich del Sur|GT=Guatemala|GU=Guam|GW=Guinea-Bisáu|GY=Guyana|HK=RAE de Hong Kong (China)|HM=Islas Heard y McDonald|HN=Honduras|HR=Croacia|HT=Haití|HU=Hungría|ID=Indonesia|IE=Irlanda|IL=Israel|IM=Isla de Man|IN=India|IO=Territorio Británico del Océano Índico|IQ=Irak|IR=Irán|IS=Islandia|IT=Italia|JE=Jersey|JM=Jamaica|JO=Jordania|JP=Japón|KE=Kenia|KG=Kirguistán|KH=Camboya|KI=Kiribati|KM=Comoras|KN=San Cristóbal y Nieves|KP=Corea del Norte|KR=Corea del Sur|KW=Kuwait|KY=Islas Caimán|KZ=Kazajistán|LA=Laos|LB=Líbano|LC=Santa Lucía|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesoto|LT=Lituania|LU=Luxemburgo|LV=Letonia|LY=Libia|MA=Marruecos|MC=Mónaco|MD=Moldavia|ME=Montenegro|MF=San Martín|MG=Madagascar|MH=Islas Marshall|MK=Macedonia del Norte|ML=Mali|MM=Myanmar (Birmania)|MN=Mongolia|MO=RAE de Macao (China)|MP=Islas Marianas del Norte|MQ=Martinica|MR=Mauritania|MS=Montserrat|MT=Malta|MU=Mauricio|MV=Maldivas|MW=Malaui|MX=México|MY=Malasia|MZ=Mozambique|NA=Namibia|NC=Nueva Caledonia|NE=Níger|NF=Isla Norfolk|NG=Nigeria|NI=Nicaragua|NL=Países Bajos|NO=Noruega|NP=Nepal|NR=Nauru|NU=Niue|NZ=Nueva Zelanda|OM=Omán|PA=Panamá|PE=Perú|PF=Polinesia Francesa|PG=Papúa Nueva Guinea|PH=Filipinas|PK=Pakistán|PL=Polonia|PM=San Pedro y Miquelón|PN=Islas Pitcairn|PR=Puerto Rico|PS=Territorios Palestinos|PT=Portugal|PW=Palaos|PY=Paraguay|QA=Catar|RE=Reunión|RO=Rumanía|RS=Serbia|RU=Rusia|RW=Ruanda|SA=Arabia Saudí|SB=Islas Salomón|SC=Seychelles|SD=Sudán|SE=Suecia|SG=Singapur|SH=Santa Elena|SI=Eslovenia|SJ=Svalbard y Jan Mayen|SK=Eslovaquia|SL=Sierra Leona|SM=San Marino|SN=Senegal|SO=Somalia|SR=Surinam|SS=Sudán del Sur|ST=Santo Tomé y Príncipe|SV=El Salvador|SX=Sint Maarten|SY=Siria|SZ=Esuatini|TC=Islas Turcas y Caicos|TD=Chad|TF=Territorios Australes Franceses|TG=Togo|TH=Tailandia|TJ=Tayikistán|TK=Tokelau|TL=Timor-Leste|TM=Turkmenistán|TN=Túnez|TO=Tonga|TR=Turquía|TT=Trinidad y Tobago|TV=Tuvalu|TW=Taiwán|TZ=Tanzania|UA=Ucrania|UG=Uganda|UM=Islas menores alejadas de EE. UU.|US=Estados Unidos|UY=Uruguay|UZ=Uzbekistán|VA=Ciudad del Vaticano|VC=San Vicente y las Granadinas|VE=Venezuela|VG=Islas Vírgenes Británicas|VI=Islas Vírgenes de EE. UU.|VN=Vietnam|VU=Vanuatu|WF=Wallis y Futuna|WS=Samoa|XI=Irlanda del Norte|XK=Kosovo|YE=Yemen|YT=Mayotte|ZA=Sudáfrica|ZM=Zambia|ZW=Zimbabue",
  it: "AD=Andorra|AE=Emirati Arabi Uniti|AF=Afghanistan|AG=Antigua e Barbuda|AI=Anguilla|AL=Albania|AM=Armenia|AO=Angola|AQ=Antartide|AR=Argentina|AS=Samoa Americane|AT=Austria|AU=Australia|AW=Aruba|AX=Isole Åland|AZ=Azerbaigian|BA=Bosnia ed Erzegovina|BB=Barbados|BD=Bangladesh|BE=Belgio|BF=Burkina Faso|BG=Bulgaria|BH=Bahrein|BI=Burundi|BJ=Benin|BL=Saint-Barthélemy|BM=Bermuda|BN=Brunei|BO=Bolivia|BQ=Caraibi Olandesi|BR=Brasile|BS=Bahamas|BT=Bhutan|BV=Isola Bouvet|BW=Botswana|BY=Bielorussia|BZ=Belize|CA=Canada|CC=Isole Cocos (Keeling)|CD=Congo - Kinshasa|CF=Repubblica Centrafricana|CG=Congo-Brazzaville|CH=Svizzera|CI=Costa d’Avorio|CK=Isole Cook|CL=Cile|CM=Camerun|CN=Cina|CO=Colombia|CR=Costa Rica|CU=Cuba|CV=Capo Verde|CW=Curaçao|CX=Isola Christmas|CY=Cipro|CZ=Cechia|DE=Germania|DJ=Gibuti|DK=Danimarca|DM=Dominica|DO=Repubblica Dominicana|DZ=Algeria|EC=Ecuador|EE=Estonia|EG=Egitto|EH=Sahara Occidentale|ER=Eritrea|ES=Spagna|ET=Etiopia|FI=Finlandia|FJ=Figi|FK=Isole Falkland|FM=Micronesia|FO=Isole Fær Øer|FR=Francia|GA=Gabon|GB=Regno Unito|GD=Grenada|GE=Georgia|GF=Guyana Francese|GG=Guernsey|GH=Ghana|GI=Gibilterra|GL=Groenlandia|GM=Gambia|GN=Guinea|GP=Guadalupa|GQ=Guinea Equatoriale|GR=Grecia|GS=Georgia del Sud e Sandwich Australi|GT=Guatemala|GU=Guam|GW=Guinea-Bissau|GY=Guyana|HK=RAS di Hong Kong|HM=Isole Heard e McDonald|HN=Honduras|HR=Croazia|HT=Haiti|HU=Ungheria|ID=Indonesia|IE=Irlanda|IL=Israele|IM=Isola di Man|IN=India|IO=Territorio Britannico dell’Oceano Indiano|IQ=Iraq|IR=Iran|IS=Islanda|IT=Italia|JE=Jersey|JM=Giamaica|JO=Giordania|JP=Giappone|KE=Kenya|KG=Kirghizistan|KH=Cambogia|KI=Kiribati|KM=Comore|KN=Saint Kitts e Nevis|KP=Corea del Nord|KR=Corea del Sud|KW=Kuwait|KY=Isole Cayman|KZ=Kazakistan|LA=Laos|LB=Libano|LC=Saint Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Lituania|LU=Lussemburgo|LV=Lettonia|LY=Libia|MA=Marocco|MC=Monaco|MD=Moldavia|ME=Montenegro|MF=Saint Martin|MG=Madagascar|MH=Isole Marshall|MK=Macedonia del Nord|ML=Mali|MM=Myanmar (Birmania)|MN=Mongolia|MO=RAS di Macao|MP=Isole Marianne Settentrionali|MQ=Martinica|MR=Mauritania|MS=Montserrat|MT=Malta|MU=Mauritius|MV=Maldive|MW=Malawi|MX=Messico|MY=Malaysia|MZ=Mozambico|NA=Namibia|NC=Nuova Caledonia|NE=Niger|NF=Isola Norfolk|NG=Nigeria|NI=Nicaragua|NL=Paesi Bassi|NO=Norvegia|NP=Nepal|NR=Nauru|NU=Niue|NZ=Nuova Zelanda|OM=Oman|PA=Panama|PE=Perù|PF=Polinesia Francese|PG=Papua Nuova Guinea|PH=Filippine|PK=Pakistan|PL=Polonia|PM=Saint-Pierre e Miquelon|PN=Isole Pitcairn|PR=Portorico|PS=Territori Palestinesi|PT=Portogallo|PW=Palau|PY=Paraguay|QA=Qatar|RE=Riunione|RO=Romania|RS=Serbia|RU=Russia|RW=Ruanda|SA=Arabia Saudita|SB=Isole Salomone|SC=Seychelles|SD=Sudan|SE=Svezia|SG=Singapore|SH=Sant’Elena|SI=Slovenia|SJ=Svalbard e Jan Mayen|SK=Slovacchia|SL=Sierra Leone|SM=San Marino|SN=Senegal|SO=Somalia|SR=Suriname|SS=Sud Sudan|ST=São Tomé e Príncipe|SV=El Salvador|SX=Sint Maarten|SY=Siria|SZ=Eswatini|TC=Isole Turks e Caicos|TD=Ciad|TF=Terre Australi Francesi|TG=Togo|TH=Thailandia|TJ=Tagikistan|TK=Tokelau|TL=Timor Est|TM=Turkmenistan|TN=Tunisia|TO=Tonga|TR=Turchia|TT=Trinidad e Tobago|TV=Tuvalu|TW=Taiwan|TZ=Tanzania|UA=Ucraina|UG=Uganda|UM=Isole Minori Esterne degli Stati Uniti|US=Stati Uniti|UY=Uruguay|UZ=Uzbekistan|VA=Città del Vaticano|VC=Saint Vincent e Grenadine|VE=Venezuela|VG=Isole Vergini Britanniche|VI=Isole Vergini Americane|VN=Vietnam|VU=Vanuatu|WF=Wallis e Futuna|WS=Samoa|XI=Irlanda del Nord|XK=Kosovo|YE=Yemen|YT=Mayotte|ZA=Sudafrica|ZM=Zambia|ZW=Zimbabwe",
  nl: "AD=Andorra|AE=Verenigde Arabische Emiraten|AF=Afghanistan|AG=Antigua en Barbuda|AI=Anguilla|AL=Albanië|AM=Armenië|AO=Angola|AQ=Antarctica|AR=Argentinië|AS=Amerikaans-Samoa|AT=Oostenrijk|AU=Australië|AW=Aruba|AX=Åland|AZ=Azerbeidzjan|BA=Bosnië en Herzegovina|BB=Barbados|BD=Bangladesh|BE=België|BF=Burkina Faso|BG=Bulgarije|BH=Bahrein|BI=Burundi|BJ=Benin|BL=Saint-Barthélemy|BM=Bermuda|BN=Brunei|BO=Bolivia|BQ=Caribisch Nederland|BR=Brazilië|BS=Bahama’s|BT=Bhutan|BV=Bouveteiland|BW=Botswana|BY=Belarus|BZ=Belize|CA=Canada|CC=Cocoseilanden|CD=Congo-Kinshasa|CF=Centraal-Afrikaanse Republiek|CG=Congo-Brazzaville|CH=Zwitserland|CI=Ivoorkust|CK=Cookeilanden|CL=Chili|CM=Kameroen|CN=China|CO=Colombia|CR=Costa Rica|CU=Cuba|CV=Kaapverdië|CW=Curaçao|CX=Christmaseiland|CY=Cyprus|CZ=Tsjechië|DE=Duitsland|DJ=Djibouti|DK=Denemarken|DM=Dominica|DO=Dominicaanse Republiek|DZ=Algerije|EC=Ecuador|EE=Estland|EG=Egypte|EH=Westelijke Sahara|ER=Eritrea|ES=Spanje|ET=Ethiopië|FI=Finland|FJ=Fiji|FK=Falklandeilanden|FM=Micronesia|FO=Faeröer|FR=Frankrijk|GA=Gabon|GB=Verenigd Koninkrijk|GD=Grenada|GE=Georgië|GF=Frans-Guyana|GG=Guernsey|GH=Ghana|GI=Gibraltar|GL=Groenland|GM=Gambia|GN=Guinee|GP=Guadeloupe|GQ=Equatoriaal-Guinea|GR=Griekenland|GS=Zuid-Georgia en Zuidelijke Sandwicheilanden|GT=Guatemala|GU=Guam|GW=Guinee-Bissau|GY=Guyana|HK=Hongkong SAR van China|HM=Heard en McDonaldeilanden|HN=Honduras|HR=Kroatië|HT=Haïti|HU=Hongarije|ID=Indonesië|IE=Ierland|IL=Israël|IM=Isle of Man|IN=India|IO=Brits Indische Oceaanterritorium|IQ=Irak|IR=Iran|IS=IJsland|IT=Italië|JE=Jersey|JM=Jamaica|JO=Jordanië|JP=Japan|KE=Kenia|KG=Kirgizië|KH=Cambodja|KI=Kiribati|KM=Comoren|KN=Saint Kitts en Nevis|KP=Noord-Korea|KR=Zuid-Korea|KW=Koeweit|KY=Kaaimaneilanden|KZ=Kazachstan|LA=Laos|LB=Libanon|LC=Saint Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Litouwen|LU=Luxemburg|LV=Letland|LY=Libië|MA=Marokko|MC=Monaco|MD=Moldavië|ME=Montenegro|MF=Saint-Martin|MG=Madagaskar|MH=Marshalleilanden|MK=Noord-Macedonië|ML=Mali|MM=Myanmar (Birma)|MN=Mongolië|MO=Macau SAR van China|MP=Noordelijke Marianen|MQ=Martinique|MR=Mauritanië|MS=Montserrat|MT=Malta|MU=Mauritius|MV=Maldiven|MW=Malawi|MX=Mexico|MY=Maleisië|MZ=Mozambique|NA=Namibië|NC=Nieuw-Caledonië|NE=Niger|NF=Norfolk|NG=Nigeria|NI=Nicaragua|NL=Nederland|NO=Noorwegen|NP=Nepal|NR=Nauru|NU=Niue|NZ=Nieuw-Zeeland|OM=Oman|PA=Panama|PE=Peru|PF=Frans-Polynesië|PG=Papoea-Nieuw-Guinea|PH=Filipijnen|PK=Pakistan|PL=Polen|PM=Saint-Pierre en Miquelon|PN=Pitcairneilanden|PR=Puerto Rico|PS=Palestijnse gebieden|PT=Portugal|PW=Palau|PY=Paraguay|QA=Qatar|RE=Réunion|RO=Roemenië|RS=Servië|RU=Rusland|RW=Rwanda|SA=Saoedi-Arabië|SB=Salomonseilanden|SC=Seychellen|SD=Soedan|SE=Zweden|SG=Singapore|SH=Sint-Helena|SI=Slovenië|SJ=Spitsbergen en Jan Mayen|SK=Slowakije|SL=Sierra Leone|SM=San Marino|SN=Senegal|SO=Somalië|SR=Suriname|SS=Zuid-Soedan|ST=Sao Tomé en Principe|SV=El Salvador|SX=Sint-Maarten|SY=Syrië|SZ=Eswatini|TC=Turks- en Caicoseilanden|TD=Tsjaad|TF=Franse Gebieden in de zuidelijke Indische Oceaan|TG=Togo|TH=Thailand|TJ=Tadzjikistan|TK=Tokelau|TL=Oost-Timor|TM=Turkmenistan|TN=Tunesië|TO=Tonga|TR=Turkije|TT=Trinidad en Tobago|TV=Tuvalu|TW=Taiwan|TZ=Tanzania|UA=Oekraïne|UG=Oeganda|UM=Kleine afgelegen eilanden van de Verenigde Staten|US=Verenigde Staten|UY=Uruguay|UZ=Oezbekistan|VA=Vaticaanstad|VC=Saint Vincent en de Grenadines|VE=Venezuela|VG=Britse Maagdeneilanden|VI=Amerikaanse Maagdeneilanden|VN=Vietnam|VU=Vanuatu|WF=Wallis en Futuna|WS=Samoa|XI=Noord-Ierland|XK=Kosovo|YE=Jemen|YT=Mayotte|ZA=Zuid-Afrika|ZM=Zambia|ZW=Zimbabwe",
  pl: "AD=Andora|AE=Zjednoczone Emiraty Arabskie|AF=Afganistan|AG=Antigua i Barbuda|AI=Anguilla|AL=Albania|AM=Armenia|AO=Angola|AQ=Antarktyda|AR=Argentyna|AS=Samoa Amerykańskie|AT=Austria|AU=Australia|AW=Aruba|AX=Wyspy Alandzkie|AZ=Azerbejdżan|BA=Bośnia i Hercegowina|BB=Barbados|BD=Bangladesz|BE=Belgia|BF=Burkina Faso|BG=Bułgaria|BH=Bahrajn|BI=Burundi|BJ=Benin|BL=Saint-Barthélemy|BM=Bermudy|BN=Brunei|BO=Boliwia|BQ=Niderlandy Karaibskie|BR=Brazylia|BS=Bahamy|BT=Bhutan|BV=Wyspa Bouveta|BW=Botswana|BY=Białoruś|BZ=Belize|CA=Kanada|CC=Wyspy Kokosowe|CD=Demokratyczna Republika Konga|CF=Republika Środkowoafrykańska|CG=Kongo|CH=Szwajcaria|CI=Côte d’Ivoire|CK=Wyspy Cooka|CL=Chile|CM=Kamerun|CN=Chiny|CO=Kolumbia|CR=Kostaryka|CU=Kuba|CV=Republika Zielonego Przylądka|CW=Curaçao|CX=Wyspa Bożego Narodzenia|CY=Cypr|CZ=Czechy|DE=Niemcy|DJ=Dżibuti|DK=Dania|DM=Dominika|DO=Dominikana|DZ=Algieria|EC=Ekwador|EE=Estonia|EG=Egipt|EH=Sahara Zachodnia|ER=Erytrea|ES=Hiszpania|ET=Etiopia|FI=Finlandia|FJ=Fidżi|FK=Falklandy|FM=Mikronezja|FO=Wyspy Owcze|FR=Francja|GA=Gabon|GB=Wielka Brytania|GD=Grenada|GE=Gruzja|GF=Gujana Francuska|GG=Guernsey|GH=Ghana|GI=Gibraltar|GL=Grenlandia|GM=Gambia|GN=Gwinea|GP=Gwadelupa|GQ=Gwinea Równikowa|GR=Grecja|GS=Georgia Południowa i Sandwich Południowy|GT=Gwatemala|GU=Guam|GW=Gwinea Bissau|GY=Gujana|HK=SRA Hongkong (Chiny)|HM=Wyspy Heard i McDonalda|HN=Honduras|HR=Chorwacja|HT=Haiti|HU=Węgry|ID=Indonezja|IE=Irlandia|IL=Izrael|IM=Wyspa Man|IN=Indie|IO=Brytyjskie Terytorium Oceanu Indyjskiego|IQ=Irak|IR=Iran|IS=Islandia|IT=Włochy|JE=Jersey|JM=Jamajka|JO=Jordania|JP=Japonia|KE=Kenia|KG=Kirgistan|KH=Kambodża|KI=Kiribati|KM=Komory|KN=Saint Kitts i Nevis|KP=Korea Północna|KR=Korea Południowa|KW=Kuwejt|KY=Kajmany|KZ=Kazachstan|LA=Laos|LB=Liban|LC=Saint Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Litwa|LU=Luksemburg|LV=Łotwa|LY=Libia|MA=Maroko|MC=Monako|MD=Mołdawia|ME=Czarnogóra|MF=Saint-Martin|MG=Madagaskar|MH=Wyspy Marshalla|MK=Macedonia Północna|ML=Mali|MM=Mjanma (Birma)|MN=Mongolia|MO=SRA Makau (Chiny)|MP=Mariany Północne|MQ=Martynika|MR=Mauretania|MS=Montserrat|MT=Malta|MU=Mauritius|MV=Malediwy|MW=Malawi|MX=Meksyk|MY=Malezja|MZ=Mozambik|NA=Namibia|NC=Nowa Kaledonia|NE=Niger|NF=Norfolk|NG=Nigeria|NI=Nikaragua|NL=Holandia|NO=Norwegia|NP=Nepal|NR=Nauru|NU=Niue|NZ=Nowa Zelandia|OM=Oman|PA=Panama|PE=Peru|PF=Polinezja Francuska|PG=Papua-Nowa Gwinea|PH=Filipiny|PK=Pakistan|PL=Polska|PM=Saint-Pierre i Miquelon|PN=Pitcairn|PR=Portoryko|PS=Terytoria Palestyńskie|PT=Portugalia|PW=Palau|PY=Paragwaj|QA=Katar|RE=Reunion|RO=Rumunia|RS=Serbia|RU=Rosja|RW=Rwanda|SA=Arabia Saudyjska|SB=Wyspy Salomona|SC=Seszele|SD=Sudan|SE=Szwecja|SG=Singapur|SH=Wyspa Świętej Heleny|SI=Słowenia|SJ=Svalbard i Jan Mayen|SK=Słowacja|SL=Sierra Leone|SM=San Marino|SN=Senegal|SO=Somalia|SR=Surinam|SS=Sudan Południowy|ST=Wyspy Świętego Tomasza i Książęca|SV=Salwador|SX=Sint Maarten|SY=Syria|SZ=Eswatini|TC=Turks i Caicos|TD=Czad|TF=Francuskie Terytoria Południowe i Antarktyczne|TG=Togo|TH=Tajlandia|TJ=Tadżykistan|TK=Tokelau|TL=Timor Wschodni|TM=Turkmenistan|TN=Tunezja|TO=Tonga|TR=Turcja|TT=Trynidad i Tobago|TV=Tuvalu|TW=Tajwan|TZ=Tanzania|UA=Ukraina|UG=Uganda|UM=Dalekie Wyspy Mniejsze Stanów Zjednoczonych|US=Stany Zjednoczone|UY=Urugwaj|UZ=Uzbekistan|VA=Watykan|VC=Saint Vincent i Grenadyny|VE=Wenezuela|VG=Brytyjskie Wyspy Dziewicze|VI=Wyspy Dziewicze Stanów Zjednoczonych|VN=Wietnam|VU=Vanuatu|WF=Wallis i Futuna|WS=Samoa|XI=Irlandia Północna|XK=Kosowo|YE=Jemen|YT=Majotta|ZA=Republika Południowej Afryki|ZM=Zambia|ZW=Zimbabwe",
};

const named = new Map<string, ReadonlyMap<string, string>>();

/** `Deutschland` for DE in German. ZZ, the code of an unknown country, has no name. */
export function countryName(code: string, language: string): string {
  if (code === "ZZ") return "";
  let names = named.get(language);
  if (!names) {
    const pairs = (COUNTRIES[language] ?? "").split("|").map((pair) => pair.split("=", 2) as [string, string]);
    names = new Map(pairs);
    named.set(language, names);
  }
  return names.get(code) ?? code;
}
