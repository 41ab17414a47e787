/**
 * A report as a PDF: A4 across, the columns as wide as what is in them, and together as wide as the page; their names on every page. It is
 * tagged: a screen reader reads a heading and a table, cell by cell. Runs in a thread of its own.
 */
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

export type PrintedReport = {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** `{page}` and `{pages}` are put in. */
  readonly page: string;
};

const MARGIN = 36;
const SIZE = 8;
const GAP = 8;
/** No column is wider than this part of all, so that one long reason does not take the others' room. */
const WIDEST = 0.34;
/** Characters of a cell: all that a role may do, and less than a page. */
const MAX_CHARACTERS = 2_000;

const font = (name: string): string => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

type Doc = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Doc['struct']>;
/** The types do not have it. */
type Tagged = { readonly dictionary: { readonly data: { A?: object } } };
/** ISO 32000-1 §14.8.5.7: what it is the header of. */
const COLUMN_HEADER = { O: 'Table', Scope: 'Column' };

/** @returns the octets of the PDF */
export function drawReportPages(report: PrintedReport): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    bufferPages: true,
    // Structure with the namespace of PDF 1.5 and later.
    pdfVersion: '1.7',
    tagged: true,
    lang: report.language,
    displayTitle: true,
    info: { Title: report.title, Creator: 'Sower' },
  });
  const ended = buffer(doc);
  doc.registerFont('plain', font('DejaVuSansCondensed'));
  doc.registerFont('bold', font('DejaVuSansCondensed-Bold'));
  const top = doc.struct('Document');
  doc.addStructure(top);
  const say = (type: 'H1' | 'P', words: string): void => {
    const content = doc.markStructureContent(type);
    doc.text(words).endMarkedContent();
    top.add(doc.struct(type, {}, [content]));
  };
  doc.font('bold').fontSize(15);
  say('H1', report.title);
  doc.font('plain').fontSize(9).fillColor('#444');
  for (const note of report.notes) say('P', note);
  doc.fillColor('#000').moveDown(0.8);
  const rows = report.rows.map((row) => row.map(shortened));
  const widths = widthsOf(doc, report.columns, rows);
  const table = doc.struct('Table');
  top.add(table);
  drawRow(doc, report.columns, widths, { style: 'bold', table });
  for (const row of rows) {
    if (doc.y + heightOf(doc, row, widths) > bottomOf(doc)) {
      doc.addPage();
      // Read once: on other pages it is there to be seen.
      drawRow(doc, report.columns, widths, { style: 'bold', table: undefined });
    }
    drawRow(doc, row, widths, { style: 'plain', table });
  }
  top.end();
  numberPages(doc, report.page);
  doc.end();
  return ended;
}

const shortened = (cell: string): string =>
  cell.length > MAX_CHARACTERS ? `${cell.slice(0, MAX_CHARACTERS - 1)}…` : cell;
const bottomOf = (doc: Doc): number => doc.page.height - MARGIN - 16;

/** In proportion to the widest cells, and together as wide as the page. */
function widthsOf(doc: Doc, columns: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const room = doc.page.width - 2 * MARGIN - GAP * (columns.length - 1);
  doc.fontSize(SIZE);
  const wanted = columns.map((label, index) => {
    const label_ = doc.font('bold').widthOfString(label);
    doc.font('plain');
    // Some are enough to know.
    const cells = rows.slice(0, 300).map((row) => doc.widthOfString(row[index] ?? ''));
    return Math.min(room * WIDEST, Math.max(label_, ...cells, 20) + 1);
  });
  const sum = wanted.reduce((all, width) => all + width, 0);
  return wanted.map((width) => (width * room) / sum);
}

const heightOf = (doc: Doc, cells: readonly string[], widths: readonly number[]): number =>
  Math.max(
    ...cells.map((cell, index) =>
      doc
        .font('plain')
        .fontSize(SIZE)
        .heightOfString(cell || ' ', { width: widths[index] ?? 20 }),
    ),
  ) + 4;

function drawRow(
  doc: Doc,
  cells: readonly string[],
  widths: readonly number[],
  /** Without a table, it is an artifact. */
  { style, table }: { style: 'plain' | 'bold'; table: Structure | undefined },
): void {
  const top = doc.y;
  const height = heightOf(doc, cells, widths) + (style === 'bold' ? 2 : 0);
  let left = MARGIN;
  // One that is not in the document would keep it from ending.
  const row = table && doc.struct('TR');
  const type = style === 'bold' ? 'TH' : 'TD';
  if (table && row) table.add(row);
  else doc.markContent('Artifact', { type: 'Pagination' });
  cells.forEach((cell, index) => {
    const width = widths[index] ?? 20;
    const content = row && doc.markStructureContent(type);
    doc.font(style).fontSize(SIZE).text(cell, left, top, { width });
    if (content) {
      doc.endMarkedContent();
      const element = doc.struct(type, {}, [content]);
      if (type === 'TH') (element as Structure & Tagged).dictionary.data.A = COLUMN_HEADER;
      row.add(element);
    }
    left += width + GAP;
  });
  if (!row) doc.endMarkedContent();
  doc.y = top + height;
  doc.markContent('Artifact', { type: 'Layout' });
  doc
    .lineWidth(style === 'bold' ? 0.8 : 0.3)
    .strokeColor(style === 'bold' ? '#000' : '#bbb')
    .moveTo(MARGIN, doc.y - 2)
    .lineTo(doc.page.width - MARGIN, doc.y - 2)
    .stroke()
    .endMarkedContent();
  doc.x = MARGIN;
}

function numberPages(doc: Doc, words: string): void {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    doc.switchToPage(page);
    // Below the margin, where text would begin another page.
    doc.page.margins.bottom = 0;
    doc.markContent('Artifact', { type: 'Pagination' });
    doc
      .font('plain')
      .fontSize(SIZE)
      .text(
        words.replace('{page}', String(page + 1)).replace('{pages}', String(count)),
        MARGIN,
        doc.page.height - MARGIN,
        { width: doc.page.width - 2 * MARGIN, align: 'right', lineBreak: false },
      )
      .endMarkedContent();
  }
}
