/** The VATEX list: words for why no VAT is charged. One code a line, then its words. */
export const EXEMPTIONS = `
VATEX-EU-79-C Article 79 (c): repayment of expenditure
VATEX-EU-132 Article 132: activities in the public interest
VATEX-EU-132-1A Article 132 (1) (a): public postal services
VATEX-EU-132-1B Article 132 (1) (b): hospital and medical care
VATEX-EU-132-1C Article 132 (1) (c): medical and paramedical professions
VATEX-EU-132-1D Article 132 (1) (d): human organs, blood and milk
VATEX-EU-132-1E Article 132 (1) (e): dental technicians and dentists
VATEX-EU-132-1F Article 132 (1) (f): services of independent groups to their members
VATEX-EU-132-1G Article 132 (1) (g): welfare and social security work
VATEX-EU-132-1H Article 132 (1) (h): protection of children and young persons
VATEX-EU-132-1I Article 132 (1) (i): education and vocational training
VATEX-EU-132-1J Article 132 (1) (j): private tuition
VATEX-EU-132-1K Article 132 (1) (k): staff of religious institutions
VATEX-EU-132-1L Article 132 (1) (l): non-profit organisations to their members
VATEX-EU-132-1M Article 132 (1) (m): sport and physical education
VATEX-EU-132-1N Article 132 (1) (n): cultural services
VATEX-EU-132-1O Article 132 (1) (o): fund-raising events
VATEX-EU-132-1P Article 132 (1) (p): transport of sick or injured persons
VATEX-EU-132-1Q Article 132 (1) (q): public radio and television
VATEX-EU-135-1 Article 135 (1): exemptions for other activities
VATEX-EU-143 Article 143: exemptions on importation
VATEX-EU-143-1A Article 143 (1) (a): final importation of exempt goods
VATEX-EU-143-1B Article 143 (1) (b): final importation under Directives on duty relief
VATEX-EU-143-1C Article 143 (1) (c): goods in free circulation from third territories
VATEX-EU-143-1D Article 143 (1) (d): importation before a supply within the Community
VATEX-EU-143-1E Article 143 (1) (e): reimportation of goods
VATEX-EU-143-1F Article 143 (1) (f): importation under diplomatic arrangements
VATEX-EU-143-1FA Article 143 (1) (fa): importation by European institutions
VATEX-EU-143-1G Article 143 (1) (g): importation by international bodies
VATEX-EU-143-1H Article 143 (1) (h): importation by armed forces of NATO
VATEX-EU-143-1I Article 143 (1) (i): importation by British forces in Cyprus
VATEX-EU-143-1J Article 143 (1) (j): catches of sea fishing undertakings
VATEX-EU-143-1K Article 143 (1) (k): gold by central banks
VATEX-EU-143-1L Article 143 (1) (l): gas, electricity, heat and cooling
VATEX-EU-144 Article 144: services related to importation
VATEX-EU-146-1E Article 146 (1) (e): services connected with exports
VATEX-EU-148 Article 148: international transport
VATEX-EU-148-A Article 148 (a): fuelling and provisioning of vessels
VATEX-EU-148-B Article 148 (b): fighting ships
VATEX-EU-148-C Article 148 (c): supply, repair and hire of vessels
VATEX-EU-148-D Article 148 (d): other services for vessels
VATEX-EU-148-E Article 148 (e): fuelling and provisioning of aircraft
VATEX-EU-148-F Article 148 (f): supply, repair and hire of aircraft
VATEX-EU-148-G Article 148 (g): other services for aircraft
VATEX-EU-151 Article 151: diplomacy, international bodies and armed forces
VATEX-EU-151-1A Article 151 (1) (a): diplomatic and consular arrangements
VATEX-EU-151-1AA Article 151 (1) (aa): European institutions
VATEX-EU-151-1B Article 151 (1) (b): international bodies
VATEX-EU-151-1C Article 151 (1) (c): armed forces of NATO in a member state
VATEX-EU-151-1D Article 151 (1) (d): armed forces of NATO in another member state
VATEX-EU-151-1E Article 151 (1) (e): British forces in Cyprus
VATEX-EU-153 Article 153: services of intermediaries
VATEX-EU-159 Article 159: services for goods under customs arrangements
VATEX-EU-309 Article 309: travel agents outside the EU
VATEX-EU-AE Reverse charge
VATEX-EU-D Travel agents: margin scheme
VATEX-EU-F Second-hand goods: margin scheme
VATEX-EU-G Export outside the EU
VATEX-EU-I Works of art: margin scheme
VATEX-EU-IC Intra-community supply
VATEX-EU-J Collectors' items and antiques: margin scheme
VATEX-EU-O Not subject to VAT
VATEX-FR-FRANCHISE France: small business exemption, article 293 B of the CGI
VATEX-FR-CNWVAT France: credit notes without VAT
VATEX-FR-AE France: reverse charge
VATEX-FR-CGI261-1 France: article 261, 1 of the CGI
VATEX-FR-CGI261-2 France: article 261, 2 of the CGI
VATEX-FR-CGI261-3 France: article 261, 3 of the CGI
VATEX-FR-CGI261-4 France: article 261, 4 of the CGI
VATEX-FR-CGI261-5 France: article 261, 5 of the CGI
VATEX-FR-CGI261-7 France: article 261, 7 of the CGI
VATEX-FR-CGI261-8 France: article 261, 8 of the CGI
VATEX-FR-CGI261A France: article 261 A of the CGI
VATEX-FR-CGI261B France: article 261 B of the CGI
VATEX-FR-CGI261C-1 France: article 261 C, 1 of the CGI
VATEX-FR-CGI261C-2 France: article 261 C, 2 of the CGI
VATEX-FR-CGI261C-3 France: article 261 C, 3 of the CGI
VATEX-FR-CGI261D-1 France: article 261 D, 1 of the CGI
VATEX-FR-CGI261D-1BIS France: article 261 D, 1 bis of the CGI
VATEX-FR-CGI261D-2 France: article 261 D, 2 of the CGI
VATEX-FR-CGI261D-3 France: article 261 D, 3 of the CGI
VATEX-FR-CGI261D-4 France: article 261 D, 4 of the CGI
VATEX-FR-CGI261E-1 France: article 261 E, 1 of the CGI
VATEX-FR-CGI261E-2 France: article 261 E, 2 of the CGI
VATEX-FR-CGI277A France: article 277 A of the CGI
VATEX-FR-CGI275 France: article 275 of the CGI
VATEX-FR-298SEXDECIESA France: article 298 sexdecies A of the CGI
VATEX-FR-CGI295 France: article 295 of the CGI
`;
