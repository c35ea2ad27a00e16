/**
 * Version 1's template, in Typst's language. It reads a sheet (`sheet.ts`) as JSON: texts of users are values there, and
 * values are never code. It is a module and not a file, so that every bundle holds it.
 */
import { BLOCKS } from "./template-blocks.ts";

const HEAD = String.raw`
#let sheet = json("sheet.json")
#let ink = rgb("#16191d")
#let faint = rgb("#5a6472")
#let rule = 0.5pt + rgb("#d5dae1")
#let accent = rgb(sheet.colour)
#let a4 = sheet.size == "a4"
// Where the windows of envelopes are: DIN 5008 form B; a #10 envelope for a Letter in three folds.
#let margin = if a4 { (left: 25mm, right: 20mm, top: 18mm, bottom: 24mm) } else { (left: 1in, right: 0.8in, top: 0.7in, bottom: 0.95in) }
// \`sender\` is the most that lies above the address, \`line\` the height of one of its lines.
#let window = if a4 { (top: 45mm, width: 85mm, height: 45mm, sender: 17.7mm, line: 4.4mm) } else { (top: 1.95in, width: 3.5in, height: 1.25in, sender: 0.25in, line: 4.4mm) }
#let small(it) = text(size: 7.5pt, it)
#let label(it) = text(size: 7.5pt, fill: faint, it)
#let joined(texts) = texts.map(each => text(each)).join(linebreak())
// Columns of figures: all are as wide as each other, so they have no kerning.
#let num(it) = text(number-width: "tabular", kerning: false, it)
#let proportional(it) = text(number-width: "proportional", kerning: true, it)
// What is not known is found by setting it.
#let size-of(it, padding: 0pt) = if it == none { auto } else { it * 1pt + padding }
#let paragraphs(it) = it.split("\n").map(each => text(each)).join(linebreak())

#set document(
  title: sheet.file.title,
  author: sheet.file.author,
  date: if sheet.file.date == none { none } else { datetime(year: sheet.file.date.at(0), month: sheet.file.date.at(1), day: sheet.file.date.at(2)) },
)
// Without Inter's contextual forms: they would show an arrow for -> and a cross for the x of 3x4.
#set text(font: sheet.fonts, fallback: false, size: 9pt, fill: ink, lang: sheet.language, region: sheet.country, hyphenate: false, features: (calt: 0))
#set par(leading: 0.55em, spacing: 0.8em, justify: false)
#show heading: set text(size: 9pt, weight: 600)
#show heading: set block(above: 0pt, below: 2.5mm, sticky: true)
#show heading.where(level: 1): set text(size: 19pt, weight: 600)
#show heading.where(level: 1): set block(below: 3mm)

#let page-text(page, pages) = sheet.page.replace("{page}", str(page)).replace("{pages}", str(pages))
#set page(
  paper: if a4 { "a4" } else { "us-letter" },
  margin: margin,
  footer-descent: 7mm,
  footer: context {
    set text(size: 7.5pt, fill: faint)
    line(length: 100%, stroke: rule)
    v(-4pt)
    grid(
      columns: (1fr, auto), column-gutter: 12pt, row-gutter: 4pt,
      sheet.footer,
      page-text(counter(page).get().first(), counter(page).final().first()),
      ..sheet.legal.map(it => grid.cell(colspan: 2, it)),
    )
  },
  background: if a4 {
    // Marks to fold and to punch, on the first page.
    context if counter(page).get().first() == 1 {
      for (at, length) in ((105mm, 4mm), (148.5mm, 6mm), (210mm, 4mm)) {
        place(top + left, dx: 5mm, dy: at, line(length: length, stroke: 0.4pt + rgb("#9aa3af")))
      }
    }
  },
  foreground: if sheet.mark != none {
    rotate(-38deg, text(size: calc.min(110pt, 520pt / sheet.mark.clusters().len()), weight: 600, fill: rgb(120, 128, 140, 46), upper(sheet.mark)))
  },
)

#if sheet.attachment != none {
  pdf.attach(sheet.attachment.name, read("attachment", encoding: none), relationship: sheet.attachment.relationship, mime-type: sheet.attachment.mediaType, description: sheet.attachment.description)
}
`;

const FIRST_PAGE = `
// The brand or the logo, the window, and what stands beside it.
#let brand = if sheet.logo != none {
  image(sheet.logo, width: 100%, height: 100%, fit: "contain", alt: sheet.brand)
} else {
  let letters = sheet.brand.clusters().len()
  set par(leading: 0.4em)
  text(size: if letters <= 22 { 17pt } else if letters <= 44 { 13pt } else if letters <= 90 { 10pt } else { 8pt }, weight: 600, fill: accent, sheet.brand)
}
#let from-column = {
  set text(size: 8pt)
  set par(leading: 0.5em)
  text(weight: 600, sheet.from.first())
  linebreak()
  text(fill: faint, joined(sheet.from.slice(1)))
}
#let facts-grid(facts, heights, columns) = grid(
  columns: columns, rows: heights.map(it => size-of(it)), column-gutter: 10pt, row-gutter: 6pt,
  ..facts.map(fact => (label(fact.at(0)), text(fact.at(1)))).flatten(),
)
#grid(
  columns: (window.width, 1fr), column-gutter: 15mm,
  {
    block(height: window.top - margin.top, width: 100%, below: 0pt, {
      if sheet.logo != none { block(height: 18mm, width: 62mm, align(left + top, brand)) } else { brand }
    })
    layout(room => {
      let above = calc.max(4mm, calc.min(window.sender, window.height - sheet.to.len() * window.line))
      let address = block(width: room.width, {
        set par(leading: 0.5em)
        block(height: above - 2mm, width: 100%, below: 2mm, align(bottom, text(size: 6.5pt, fill: faint, sheet.sender)))
        set text(size: 10pt)
        joined(sheet.to)
      })
      block(width: 100%, height: calc.max(window.height, measure(address).height), above: 0pt, below: 0pt, address)
    })
    if sheet.toDetails.len() > 0 {
      v(2mm)
      set text(size: 8pt, fill: faint)
      set par(leading: 0.5em)
      joined(sheet.toDetails)
    }
  },
  {
    from-column
    v(5mm)
    facts-grid(sheet.facts, sheet.factHeights, (size-of(sheet.factWidth), 1fr))
  },
)
#v(8mm)
#block(sticky: true, below: 0pt, {
  heading(level: 1, outlined: true, bookmarked: true, {
    text(sheet.heading)
    if sheet.number != "" { text(weight: 400, fill: faint, " " + sheet.number) }
  })
  if sheet.remarks.len() > 0 { block(above: 0pt, below: 2.5mm, text(fill: faint, joined(sheet.remarks))) }
  if sheet.headline != none { block(above: 0pt, below: 0pt, text(size: 11pt, weight: 600, fill: accent, sheet.headline)) }
})
#v(5mm)
`;

export const TEMPLATE = [HEAD, FIRST_PAGE, BLOCKS].join("\n");
