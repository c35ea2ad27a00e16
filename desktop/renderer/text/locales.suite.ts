/** The locales of CLDR 48, each language with its regions. */
const LANGUAGES = `
  dz:BT af:NA+ZA agq:CM ak:GH sq:AL+MK+XK am:ET
  ar:AE+BH+DJ+DZ+EG+EH+ER+IL+IQ+JO+KM+KW+LB+LY+MA+MR+OM+PS+QA+SA+SD+SO+SS+SY+TD+TN+YE+001 hy:AM ars as:IN asa:TZ
  ast:ES az:AZ az-Latn:AZ az-Cyrl:AZ ba:RU bm:ML eu:ES bas:CM be:BY bem:ZM bn:BD+IN bez:TZ bg:BG bgc:IN bho:IN
  blo:BJ bo:CN+IN bs:BA bs-Latn:BA bs-Cyrl:BA br:FR brx:IN bua:RU my:MM luy:KE ca:AD+ES+FR+IT ccp:BD+IN ce:RU
  ceb:PH cs:CZ cgg:UG zh:CN+HK+MO+MY+SG+TW zh-Hans:CN+HK+MO+MY+SG zh-Hant:HK+MO+MY+TW chr:US cv:RU ckb:IQ+IR
  syr:IQ+SY sa:IN sr:ME+BA+ME+RS+XK kw:GB csw:CA cy:GB da:DK+GL dav:KE de:AT+BE+CH+DE+IT+LI+LU doi:IN dje:NE mn:MN
  fa:AF+AF+IR dsb:DE dua:CM nl:AW+BE+BQ+CW+NL+SR+SX dyo:SN ebu:KE ee:GH+TG et:EE el:CY+GR
  en:AE+AG+AI+AS+AT+AU+BB+BE+BI+BM+BS+BW+BZ+CA+CC+CH+CK+CM+CX+CY+CZ+DE+DG+DK+DM+EE+ER+ES+FI+FJ+FK+FM+FR+GB+GD+GE+GG+GH+GI+GM+GS+GU+GY+HK+HU+ID+IE+IL+IM+IN+IO+IT+JE+JM+JP+KE+KI+KN+KY+LC+LR+LS+LT+LV+MG+MH+MO+MP+MS+MT+MU+MV+MW+MY+NA+NF+NG+NL+NO+NR+NU+NZ+PG+PH+PK+PL+PN+PR+PT+PW+RO+RW+SB+SC+SD+SE+SG+SH+SI+SK+SL+SS+SX+SZ+TC+TK+TO+TT+TV+TZ+UA+UG+UM+US+VC+VG+VI+VU+WS+ZA+ZM+ZW+001+150
  eo:001 es:AR+BO+BR+BZ+CL+CO+CR+CU+DO+EA+EC+ES+GQ+GT+HN+IC+MX+NI+PA+PE+PH+PR+PY+SV+US+UY+VE+419 ewo:CM fo:DK+FO
  ff:BF+CM+GH+GM+GN+GW+LR+MR+NE+NG+SL+SN ff-Latn:BF+CM+GH+GM+GN+GW+LR+MR+NE+NG+SL+SN
  ff-Adlm:BF+CM+GH+GM+GN+GW+LR+MR+NE+NG+SL+SN fi:FI fil:PH
  fr:BE+BF+BI+BJ+BL+CA+CD+CF+CG+CH+CI+CM+DJ+DZ+FR+GA+GF+GN+GP+GQ+HT+KM+LU+MA+MC+MF+MG+ML+MQ+MR+MU+NC+NE+PF+PM+RE+RW+SC+SN+SY+TD+TG+TN+VU+WF+YT
  fy:NL fur:IT ga:GB+IE gaa:GH om:ET+KE gd:GB ka:GE gl:ES gv:IM kok:IN kok-Latn:IN kok-Deva:IN gsw:CH+FR+LI gu:IN
  guz:KE ha:GH+NE+NG haw:US sr-Latn:BA+ME+RS+XK+BA+ME+RS+XK he:IL hi:IN hi-Latn:IN hr:BA+HR hsb:DE hu:HU ia:001
  ig:NG is:IS id:ID ie:EE ii:CN it:CH+IT+SM+VA ja:JP jv:ID jgo:CM yi:UA jmc:TZ kab:DZ kl:GL kam:KE kn:IN ks:IN
  ks-Arab:IN ks-Deva:IN kk:CN+KZ kk-Cyrl:KZ kk-Arab:CN kde:TZ kea:CV kgp:BR km:KH khq:ML ki:KE rw:RW ky:KG kkj:CM
  kln:KE ku:IQ+SY+TR ku-Latn:IQ+SY+TR ko:CN+KP+KR ksb:TZ ksf:CM ksh:DE kxv:IN kxv-Latn:IN kxv-Deva:IN lo:LA lv:LV
  lb:LU lg:UG lij:IT ln:AO+CD+CF+CG lt:LT lmo:IT lrc:IQ+IR lu:CD luo:KE mk:MK mai:IN ml:IN mi:NZ mr:IN mas:KE+TZ
  ms:BN+ID+MY+SG mer:KE mfe:MU mg:MG mgh:MZ mt:MT mni:IN mni-Beng:IN ro:MD+RO mua:CM raj:IN mzn:IR naq:NA nb nd:ZW
  nds:DE+NL ne:IN+NP nmg:CM nn:NO nnh:CM no:NO nqo:GN nso:ZA nus:SS nyn:UG oc:ES+FR or:IN os:GE+RU pa:IN+PK
  pa-Arab:PK pa-Guru:IN ps:AF+PK pcm:NG pl:PL pms:IT pt:AO+BR+CH+CV+GQ+GW+LU+MO+MZ+PT+ST+TL prg:PL qu:BO+EC+PE
  rm:CH rn:BI rof:TZ ru:BY+KG+KZ+MD+RU+UA rwk:TZ sg:CF sah:RU saq:KE sat:IN sat-Olck:IN sbp:TZ sc:IT
  sr-Cyrl:BA+ME+RS+XK scn:IT sd:IN+PK sd-Arab:PK sd-Deva:IN se:FI+NO+SE seh:MZ ses:ML shi:MA shi-Latn:MA
  shi-Tfng:MA shn:MM+TH si:LK sk:SK sl:SI smn:FI sn:ZW so:DJ+ET+KE+SO st:LS+ZA su:ID su-Latn:ID sv:AX+FI+SE
  sw:CD+KE+TZ+UG+CD szl:PL ta:IN+LK+MY+SG tt:RU te:IN teo:KE+UG tg:TJ th:TH ti:ER+ET tk:TM tn:BW+ZA to:TO tok:001
  tr:CY+TR twq:NE tyv:RU tzm:MA ug:CN uk:UA ur:IN+PK uz:AF+UZ uz-Latn:UZ uz-Cyrl:UZ uz-Arab:AF vai:LR vai-Latn:LR
  vai-Vaii:LR vec:IT vi:VN vmw:MZ vun:TZ wae:CH wo:SN xh:ZA xnr:IN xog:UG yav:CM yo:BJ+NG yrl:BR+CO+VE yue:CN+HK+MO
  yue-Hans:CN yue-Hant:CN+HK+MO zgh:MA zu:ZA
`;

/** All locales that ICU has data of its own for, such as `de`, `de-AT` and `az-Cyrl-AZ`. */
export const LOCALES: readonly string[] = LANGUAGES.trim()
  .split(/\s+/)
  .flatMap((entry) => {
    const [language = "", regions = ""] = entry.split(":");
    return [language, ...regions.split("+").flatMap((region) => (region === "" ? [] : [`${language}-${region}`]))];
  });
