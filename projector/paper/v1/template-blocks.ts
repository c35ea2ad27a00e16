/** The part of version 1's template that sets the blocks of a sheet. */

const TABLES = `
#let head-cells(heads, right) = heads.enumerate().map(((n, it)) => table.cell(
  align: if right.at(n) { std.right + bottom } else { left + bottom },
  proportional(text(size: 7.5pt, weight: 600, fill: faint, it)),
))
// The first and the last column end at the margins.
#let edges(columns) = range(columns).map(x => (left: if x == 0 { 0pt } else { 5pt }, right: if x == columns - 1 { 0pt } else { 5pt }, top: 5pt, bottom: 5pt))
#let rows-of(rows) = (auto, ..rows.map(row => size-of(row.height, padding: 10pt)))
#let rules = (x, y) => if y == 0 { (bottom: 1pt + accent) } else { (bottom: rule) }

#let item(row) = {
  set text(number-width: "proportional", kerning: true)
  text(weight: 600, row.name)
  for detail in row.details {
    linebreak()
    text(size: 8pt, fill: faint, paragraphs(detail))
  }
}
#let figures(row) = text(size: 8pt, fill: faint, (
  row.quantity + " × " + row.price + (if row.per == none { "" } else { " " + row.per }),
  row.vat,
).filter(each => each != "").join(" · "))

#let lines-table(it, rows, heads: true) = {
  set text(number-width: "tabular", kerning: false)
  let widths = it.widths.map(it => size-of(it))
  let cells = rows.map(row => (
    text(fill: faint, row.position),
    table.cell(breakable: row.long, item(row)),
    row.quantity,
    if row.per == none { row.price } else { text(row.price); linebreak(); label(row.per) },
    row.vat,
    row.net,
  )).flatten()
  table(
    columns: (if it.longPositions { 18mm } else { widths.first() }, 1fr, ..widths.slice(1)), inset: edges(6),
    rows: if heads { rows-of(rows) } else { rows-of(rows).slice(1) },
    stroke: if heads { rules } else { (x, y) => (bottom: rule) },
    align: (left, left, right, right, right, right),
    ..if heads { (table.header(..head-cells(it.heads, (false, false, true, true, true, true))),) },
    ..cells,
  )
}
#let lines-block(it) = {
  set text(number-width: "tabular", kerning: false)
  let position(row) = text(fill: faint, row.position)
  if it.stacked {
    table(
      columns: (if it.longPositions { 18mm } else { auto }, 1fr, auto), stroke: rules, inset: edges(3),
      align: (left, left, right),
      table.header(..head-cells((it.heads.at(0), it.heads.at(1), it.heads.at(5)), (false, false, true))),
      ..it.rows.map(row => (
        position(row),
        table.cell(breakable: row.long, { item(row); linebreak(); figures(row) }),
        row.net,
      )).flatten(),
    )
  } else {
    lines-table(it, it.rows)
  }
}
#let plain-table(it) = {
  if it.title != "" { heading(level: 2, it.title) }
  table(
    columns: it.heads.enumerate().map(((n, _)) => if n == it.wide { 1fr } else { size-of(it.widths.at(n)) }),
    rows: rows-of(it.rows), stroke: rules, inset: edges(it.heads.len()),
    align: it.right.map(is => if is { right } else { left }),
    table.header(..head-cells(it.heads, it.right)),
    ..it.rows.map(row => row.cells.enumerate().map(((n, each)) => {
      let body = text(weight: if row.strong { 600 } else { 400 }, each)
      table.cell(breakable: false, if it.right.at(n) { num(body) } else { body })
    })).flatten(),
  )
}
`;

const SUMS = `
#let totals-table(it) = {
  set text(number-width: "tabular", kerning: false)
  let rows = ()
  for row in it.totals {
    let due = row.weight == "due"
    let look(body) = text(weight: if row.weight == "plain" { 400 } else { 600 }, size: if due { 11pt } else { 9pt }, fill: if due { accent } else { ink }, body)
    rows.push(table.cell(inset: (left: 0pt, right: 4pt, y: if due { 7pt } else { 4pt }), proportional(look(row.label))))
    rows.push(table.cell(inset: (left: 4pt, right: 0pt, y: if due { 7pt } else { 4pt }), look(row.value)))
    if row.weight == "sum" or due { rows.insert(rows.len() - 2, table.hline(stroke: if due { 1pt + accent } else { rule })) }
  }
  table(rows: it.totals.map(row => size-of(row.height, padding: if row.weight == "due" { 14pt } else { 8pt })), columns: (1fr, if it.beside { 34mm } else { auto }), stroke: none, align: (left, right + bottom), ..rows)
}
#let taxes-table(it) = {
  if it.taxes.len() > 0 {
    set text(number-width: "tabular", kerning: false)
    table(
      columns: (1fr, ..it.taxWidths.map(it => size-of(it))), stroke: none,
      // Below a rate is a row of what explains it.
      rows: (auto, ..it.taxes.map(tax => (size-of(tax.height, padding: 8pt), ..if tax.notes.len() > 0 { (auto,) })).flatten()), inset: (left: 0pt, right: 0pt, y: 4pt), column-gutter: 8pt,
      align: (left, right, right),
      table.header(..head-cells(it.taxHeads, (false, true, true))),
      table.hline(stroke: rule),
      ..it.taxes.map(tax => (
        tax.rate,
        tax.taxable,
        tax.tax,
        // What explains a rate has the width of the table.
        ..if tax.notes.len() > 0 { (table.cell(colspan: 3, inset: (top: 0pt, bottom: 4pt, x: 0pt), proportional(label(joined(tax.notes)))),) },
        table.hline(stroke: rule),
      )).flatten(),
    )
  }
  for note in it.notes { block(above: 2mm, text(size: 8pt, note)) }
}
#let sums-block(it) = if it.beside {
  block(breakable: false, width: 100%, grid(columns: (1fr, 78mm), column-gutter: 9mm, {
    set text(size: 8pt)
    v(1mm)
    heading(level: 2, it.taxTitle)
    taxes-table(it)
  }, totals-table(it)))
} else {
  totals-table(it)
  v(4mm)
  heading(level: 2, it.taxTitle)
  taxes-table(it)
}
`;

const OTHERS = `
#let payment-block(it) = block(breakable: it.long, width: 100%, {
  heading(level: 2, it.title)
  let facts = facts-grid(it.facts, it.heights, (34mm, 1fr))
  if it.code == none { facts } else {
    grid(columns: (1fr, auto), column-gutter: 8mm, facts, {
      image(bytes(it.code), format: "svg", width: 29mm, alt: it.codeLabel)
      // The white around a code is part of it: four of its modules.
      v(3mm)
      align(center, label(it.codeLabel))
    })
  }
})
#let section-block(it) = block(breakable: it.long, width: 100%, above: 0pt, below: 0pt, {
  if it.title != "" { heading(level: 2, it.title) }
  for each in it.paragraphs {
    par(if it.title == "" { text(size: 8pt, fill: faint, paragraphs(each)) } else { paragraphs(each) })
  }
})
#let parties-block(it) = grid(
  columns: (1fr,) * 3, column-gutter: 8mm, row-gutter: 4mm,
  ..it.parties.map(party => {
    heading(level: 2, party.title)
    set text(size: 8pt)
    joined(party.lines)
  }),
)
#let facts-block(it) = grid(
  columns: (32mm, 1fr, 32mm, 1fr), rows: it.heights.map(it => size-of(it)), column-gutter: (8pt, 12mm, 8pt), row-gutter: 6pt,
  ..it.facts.map(fact => (label(fact.at(0)), text(fact.at(1)))).flatten(),
)

// The last line stands with the sums: they are never alone on a page. It has the heads of the table where a page begins.
#let last-line-and-sums(lines, sums) = {
  {
    set block(below: 0pt)
    lines-table(lines, lines.rows.slice(0, -1))
  }
  block(breakable: false, width: 100%, above: 0pt, {
    context lines-table(lines, lines.rows.slice(-1), heads: here().position().y <= margin.top + 1pt)
    v(4mm)
    sums-block(sums)
  })
}

#let blocks = sheet.blocks
#for (n, it) in blocks.enumerate() {
  let next = blocks.at(n + 1, default: none)
  if it.kind == "lines" and it.keepLast { last-line-and-sums(it, next) }
  else if it.kind == "lines" { lines-block(it); v(4mm) }
  else if it.kind == "sums" and n > 0 and blocks.at(n - 1).at("keepLast", default: false) { v(6mm) }
  else if it.kind == "sums" { sums-block(it); v(6mm) }
  else if it.kind == "payment" { payment-block(it); v(5mm) }
  else if it.kind == "facts" { facts-block(it); v(5mm) }
  else if it.kind == "parties" { parties-block(it); v(5mm) }
  else if it.kind == "table" { plain-table(it); v(6mm) }
  else { section-block(it); v(4mm) }
}
`;

export const BLOCKS = [TABLES, SUMS, OTHERS].join("\n");
