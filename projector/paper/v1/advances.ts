/**
 * How wide Inter's letters are. From it follow the columns and the heights of most rows before they are set, which the
 * typesetter would find by setting each of them several times.
 */

export type Weight = 400 | 600;

/** Units of the font in one em. */
const EM = 2_048;

/** U+0020 to U+017F in base 36, 0 where there is no letter: regular, then semibold. */
const REGULAR =
  "g0 gd qi 101 10i 1jv 10n h2 kr kr si 11n ge q6 ge ki zw n5 yp z5 10r xr za w7 z7 za ge h6 11n 11n 11n t3 1iy " +
  "139 118 15k 152 y7 xl 16g 16a fa wh 128 w6 1fe 16v 17i 10c 17i 10m 10i 10q 16c 139 1k2 12t 12m zs kr ki kr qt " +
  "py id vy yu wi yu x6 l2 yw xn ds ds v8 ds 1du xm y4 yu yu lf u1 im xn vz 1ak v2 vz vf o9 ix o9 11n 0 0 0 0 0 0 " +
  "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 g0 gd wi yr 158 va fd wc xm 1g0 pt x5 11n 0 11w r6 px " +
  "11n p5 pd id xc ya ge f9 hb rg x5 19n 1c7 1e6 t3 139 139 139 139 139 139 1kj 15k y7 y7 y7 y7 fa fa fa fa 15t " +
  "16v 17i 17i 17i 17i 17i 11n 17i 16c 16c 16c 16c 12m 106 z2 vy vy vy vy vy vy 1g7 wi x6 x6 x6 x6 ds ds ds ds x5 " +
  "xm y4 y4 y4 y4 y4 11n y4 xn xn xn xn vz yu vz 139 vy 139 vy 139 vy 15k wi 15k wi 15k wi 15k wi 152 14e 15t yu " +
  "y7 x6 y7 x6 y7 x6 y7 x6 y7 x6 16g yw 16g yw 16g yw 16g yw 16a xn 186 xn fa ds fa ds fa ds fa ds fa ds 1br rk " +
  "wh ds 128 v8 tw w6 ds w6 ds w6 jc w0 kg xu ds 16v xm 16v xm 16v xm 0 16v xm 17i y4 17i y4 17i y4 1l6 1kv 10m " +
  "lf 10m lf 10m lf 10i u1 10i u1 10i u1 10i u1 10q im 10q le 10q im 16c xn 16c xn 16c xn 16c xn 16c xn 16c xn " +
  "1k2 1ak 12m vz 12m zs vf zs vf zs vf hw";
const SEMIBOLD =
  "ec ia tr 10m 110 1l5 11p ij l8 l8 up 12a i5 qh i5 lk 11j o2 zg 107 11w yu 10e ws 10f 10e i5 iq 12a 12a 12a ux " +
  "1ku 15e 11i 15x 153 yg xg 16m 16f fr wz 140 w6 1gh 177 17q 10p 17z 114 110 11k 15v 15e 1m1 14y 14l 114 l8 lk " +
  "l8 re qp jz wo zi x5 zi xn m4 zl yu ew ew we ew 1f8 yt yn zi zi ml v9 k3 yu xe 1br wd xh w7 pv kf pv 12a 0 0 0 " +
  "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ec ia x5 zt 16m w2 hz wc yt 1g0 q7 103 12a 0 11r " +
  "pp q2 12a pt qd jz yy y5 i5 iw if rq 103 1ba 1dh 1fm ux 15e 15e 15e 15e 15e 15e 1ln 15x yg yg yg yg fr fr fr " +
  "fr 16r 177 17q 17q 17q 17q 17q 12a 17q 15v 15v 15v 15v 14l 11f 10m wo wo wo wo wo wo 1fx x5 xn xn xn xn ew ew " +
  "ew ew xs yt yn yn yn yn yn 12a yn yu yu yu yu xh zi xh 15e wo 15e wo 15e wo 15x x5 15x x5 15x x5 15x x5 153 " +
  "162 16r zi yg xn yg xn yg xn yg xn yg xn 16m zl 16m zl 16m zl 16m zl 16f yu 19c yu fr ew fr ew fr ew fr ew fr " +
  "ew 1cq tr wz ew 140 we w8 w6 ew w6 ew w6 lg wl nu y8 ew 177 yt 177 yt 177 yt 0 177 yt 17q yn 17q yn 17q yn " +
  "1lo 1kf 114 ml 114 ml 114 ml 110 v9 110 v9 110 v9 110 v9 11k k3 11k nv 11k k3 15v yu 15v yu 15v yu 15v yu 15v " +
  "yu 15v yu 1m1 1br 14l xh 14l 114 w7 114 w7 114 w7 j1";

/** Others that texts have: regular, semibold. */
const OTHERS: Readonly<Record<string, readonly [regular: number, semibold: number]>> = {
  "–": [1024, 1024],
  "—": [2048, 2048],
  "‘": [534, 602],
  "’": [534, 602],
  "‚": [494, 558],
  "“": [902, 1038],
  "”": [902, 1027],
  "„": [862, 983],
  "•": [1152, 1031],
  "…": [1770, 1958],
  "€": [1365, 1390],
  "\u2212": [1355, 1378],
  "\u2011": [734, 864],
  "\u202f": [372, 339],
};

/** In columns of figures: letters that are all of one width, and it. */
const TABULAR: readonly (readonly [letters: string, widths: Readonly<Record<Weight, number>>])[] = [
  ["0123456789*+-<=>~±×÷\u2212", { 400: 1_328, 600: 1_325 }],
  [" \u00a0,.:;", { 400: 550, 600: 550 }],
  ["()[]{}", { 400: 800, 600: 800 }],
];

const ADVANCES: Readonly<Record<Weight, ReadonlyMap<string, number>>> = {
  400: advancesOf(REGULAR, 0),
  600: advancesOf(SEMIBOLD, 1),
};
const IN_COLUMNS: Readonly<Record<Weight, ReadonlyMap<string, number>>> = {
  400: inColumns(400),
  600: inColumns(600),
};

function advancesOf(text: string, weight: 0 | 1): ReadonlyMap<string, number> {
  const letters = text
    .split(" ")
    .map((width, n) => [String.fromCodePoint(0x20 + n), Number.parseInt(width, 36)] as const);
  const others = Object.entries(OTHERS).map(([letter, widths]) => [letter, widths[weight]] as const);
  return new Map([...letters, ...others].filter(([, width]) => width > 0));
}

function inColumns(weight: Weight): ReadonlyMap<string, number> {
  const same = TABULAR.flatMap(([letters, widths]) => [...letters].map((letter) => [letter, widths[weight]] as const));
  return new Map([...ADVANCES[weight], ...same]);
}

/** The width of a letter in em; undefined: it is in another font. */
export function advanceOf(letter: string, weight: Weight): number | undefined {
  const units = ADVANCES[weight].get(letter);
  return units === undefined ? undefined : units / EM;
}

/**
 * The width of a text on one line in em, without kerning.
 *
 * @param tabular in a column of figures
 * @returns null if a letter of it is in another font, or ends a line
 */
export function lineWidth(text: string, weight: Weight, tabular = false): number | null {
  const advances = (tabular ? IN_COLUMNS : ADVANCES)[weight];
  let units = 0;
  for (const letter of text) {
    const width = advances.get(letter);
    if (width === undefined) return null;
    units += width;
  }
  return units / EM;
}
