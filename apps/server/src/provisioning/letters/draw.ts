/**
 * Letters with activation codes as one PDF, A4, for window envelopes (DIN 5008 form B, ISO 269 DL and C5/6): sender and address in the
 * window, marks for folding twice. Tagged: a screen reader reads each letter in its language, the steps as a list. Runs in a thread of its
 * own: a thousand take seconds.
 */
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Letterhead } from '@sower/api/distributions';
import { inGroupsOfFour } from '@sower/bytes/groups';
import type { Language } from '@sower/texts/language';
import { lettersIn } from '@sower/texts/letters';
import PDFDocument from 'pdfkit';
import encodeQR from 'qr';
import { drawable } from '../../directory/organization-look.ts';

export type Letter = {
  readonly language: Language;
  readonly name: string;
  /** Lines below the name; none where the letter is handed out in the house. */
  readonly address: readonly string[];
  readonly serial: string;
  readonly url: string;
  readonly code: string;
  readonly link: string;
  /** Written as its reader writes it; absent when the code does not expire. */
  readonly until: string | undefined;
  /** Written likewise. */
  readonly date: string;
};

export type Mailing = {
  readonly job: string;
  /** Its logo is named as a string, so it is in the file once. */
  readonly sender: Letterhead;
  readonly application: string;
  readonly downloadUrl: string | undefined;
  /** The app reads QR codes. */
  readonly scans: boolean;
  /** Address and code on letters of their own: first those with the address, then those with the code, in the same order. */
  readonly separate: boolean;
  /** Whether the help desk reads codes out on the telephone. */
  readonly byTelephone: boolean;
  readonly letters: readonly Letter[];
};

/** Points in a millimeter. */
const MM = 72 / 25.4;
const LEFT = 25 * MM;
const WIDTH = (210 - 25 - 20) * MM;
const WINDOW = { left: 20 * MM, top: 45 * MM, width: 85 * MM, sender: 12.7 * MM, height: 45 * MM } as const;
const FOLDS = [105, 210].map((mark) => mark * MM);
const TEXT_TOP = 98.5 * MM;
const QR_SIZE = 40 * MM;

const font = (name: string): string => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

type Part = 'both' | 'address' | 'code';

/** @returns the octets of the PDF */
export function drawLetters(mailing: Mailing): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    // Structure with the namespace of PDF 1.5 and later.
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: lettersIn('en')('letters.title', { job: mailing.job }), Creator: 'Sower' },
  });
  const ended = buffer(doc);
  doc.registerFont('plain', font('DejaVuSansCondensed'));
  doc.registerFont('bold', font('DejaVuSansCondensed-Bold'));
  doc.registerFont('fixed', font('DejaVuSansMono'));
  const parts: readonly Part[] = mailing.separate ? ['address', 'code'] : ['both'];
  const top = doc.struct('Document');
  doc.addStructure(top);
  for (const part of parts)
    for (const letter of mailing.letters) {
      const section = doc.struct('Sect', { lang: letter.language });
      top.add(section);
      drawLetter({ doc, into: section }, mailing, letter, part);
    }
  top.end();
  doc.end();
  return ended;
}

type Doc = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Doc['struct']>;
/** Where something is drawn, and the part of the document that it belongs to. */
type Sheet = { readonly doc: Doc; readonly into: Structure };

/** @param alt what stands for a picture when it is read out */
function say(
  { doc, into }: Sheet,
  type: 'H1' | 'H2' | 'P' | 'Lbl' | 'LBody' | 'Figure',
  draw: () => void,
  alt?: string,
): void {
  const content = doc.markStructureContent(type);
  draw();
  doc.endMarkedContent();
  into.add(doc.struct(type, alt === undefined ? {} : { alt }, [content]));
}

/** What is only seen. */
function ornament(doc: Doc, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
}

function drawLetter(sheet: Sheet, mailing: Mailing, letter: Letter, part: Part): void {
  const { doc, into } = sheet;
  const t = lettersIn(letter.language);
  const { serial, name } = letter;
  doc.addPage();
  drawFrame(sheet, mailing.sender, letter);
  doc.y = TEXT_TOP;
  const paragraph = (text: string, type: 'P' | 'H1' | 'H2' = 'P', gap = 3 * MM): void => {
    say(sheet, type, () =>
      doc
        .font(type === 'P' ? 'plain' : 'bold')
        .fontSize(10.5)
        .text(text, LEFT, doc.y, { width: WIDTH, lineGap: 2 }),
    );
    doc.y += gap;
  };
  paragraph(t(part === 'code' ? 'letters.codeSubject' : 'letters.subject', { serial }), 'H1', 6 * MM);
  paragraph(t('letters.greeting', { name }));
  const { application } = mailing;
  paragraph(part === 'code' ? t('letters.codeIntro') : t('letters.intro', { application }), 'P', 5 * MM);
  const withPicture = part === 'both' && mailing.scans;
  paragraph(t('letters.stepsTitle'), 'H2', 2 * MM);
  const list = doc.struct('L');
  into.add(list);
  stepsOf(t, mailing, part).forEach((step, index) => {
    const top = doc.y;
    const item = { doc, into: doc.struct('LI') };
    list.add(item.into);
    doc.font('plain').fontSize(10.5);
    say(item, 'Lbl', () => doc.text(`${index + 1}.`, LEFT, top, { lineBreak: false }));
    say(item, 'LBody', () => doc.text(step, LEFT + 7 * MM, top, { width: WIDTH - 7 * MM, lineGap: 2 }));
    doc.y += 1.5 * MM;
  });
  doc.y += 4 * MM;
  const top = doc.y;
  const width = withPicture ? WIDTH - QR_SIZE - 8 * MM : WIDTH;
  const field = (label: string, value: string, size: number): void => {
    say(sheet, 'P', () =>
      doc.font('plain').fontSize(8.5).fillColor('#444').text(label, LEFT, doc.y, { width }),
    );
    doc.fillColor('#000').font('fixed').fontSize(size);
    say(sheet, 'P', () => doc.text(value, LEFT, doc.y + 0.5 * MM, { width, lineGap: 2 }));
    doc.y += 4 * MM;
  };
  if (part !== 'code') field(t('letters.address'), letter.url, 9.5);
  if (part !== 'address') field(t('letters.code'), inGroupsOfFour(letter.code), 15);
  if (withPicture) {
    say(sheet, 'Figure', () => drawQr(doc, letter.link, LEFT + WIDTH - QR_SIZE, top), t('letters.picture'));
    doc.y = Math.max(doc.y, top + QR_SIZE + 4 * MM);
  }
  if (part !== 'address')
    paragraph(
      letter.until === undefined ? t('letters.never') : t('letters.expires', { until: letter.until }),
    );
  paragraph(t(part === 'address' ? 'letters.keepAddress' : 'letters.keep'));
  if (part !== 'address') paragraph(t(mailing.byTelephone ? 'telephone.users.yes' : 'telephone.users.no'));
}

function stepsOf(t: ReturnType<typeof lettersIn>, mailing: Mailing, part: Part): string[] {
  if (part === 'code') return [t('letters.steps.enterCode')];
  const { application, downloadUrl, scans } = mailing;
  const install =
    downloadUrl === undefined
      ? t('letters.steps.install', { application })
      : t('letters.steps.installFrom', { application, url: downloadUrl });
  if (part === 'address') return [install, t('letters.steps.enterSeparate')];
  return [install, t(scans ? 'letters.steps.scan' : 'letters.steps.enter')];
}

/** What is the same on every letter: logo, window, date, marks. */
function drawFrame(sheet: Sheet, sender: Letterhead, letter: Letter): void {
  const { doc } = sheet;
  if (sender.logo !== '') {
    const logo = (): void => drawLogo(doc, sender.logo);
    if (sender.name === '') ornament(doc, logo);
    else say(sheet, 'Figure', logo, sender.name);
  }
  const back = [sender.name, ...sender.address].filter((line) => line !== '').join(' · ');
  const inWindow = { width: WINDOW.width - 10 * MM, height: 5 * MM, ellipsis: true, lineBreak: false };
  doc.font('plain').fontSize(6.5).fillColor('#444');
  if (back !== '') say(sheet, 'P', () => doc.text(back, LEFT, WINDOW.top + 11 * MM, inWindow));
  // All of it, smaller if need be: a line that is left out makes a letter come back.
  const lines = [letter.name, ...letter.address];
  const leading = Math.min(5 * MM, (WINDOW.height - WINDOW.sender - 6 * MM) / lines.length);
  doc.fillColor('#000').fontSize(Math.min(10.5, leading * 0.74));
  lines.forEach((line, index) => {
    const top = WINDOW.top + WINDOW.sender + 4.5 * MM + index * leading;
    say(sheet, 'P', () => doc.text(line, LEFT, top, inWindow));
  });
  doc.fontSize(10.5);
  say(sheet, 'P', () =>
    doc.text(letter.date, LEFT, 87 * MM, { width: WIDTH, align: 'right', lineBreak: false }),
  );
  doc.lineWidth(0.3).strokeColor('#888');
  ornament(doc, () => {
    for (const mark of FOLDS)
      doc
        .moveTo(5 * MM, mark)
        .lineTo(10 * MM, mark)
        .stroke();
  });
}

/** The logo of the settings is no image that can be drawn. */
export class UnreadableLogo extends Error {}

function drawLogo(doc: Doc, logo: string): void {
  if (!drawable(logo)) throw new UnreadableLogo('the logo cannot be read, or has too many pixels');
  const size = { fit: [60 * MM, 22 * MM], align: 'right', valign: 'center' } as const;
  try {
    doc.image(logo, LEFT + WIDTH - 60 * MM, 12 * MM, { ...size, fit: [...size.fit] });
  } catch (cause) {
    throw new UnreadableLogo('the logo cannot be drawn', { cause });
  }
}

/** Dark runs of a row as one rectangle each. */
function drawQr(doc: Doc, text: string, left: number, top: number): void {
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: 2 });
  const size = QR_SIZE / rows.length;
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; ) {
      let end = x;
      while (row[end]) end += 1;
      if (end > x) doc.rect(left + x * size, top + y * size, (end - x) * size, size);
      x = end + 1;
    }
  });
  doc.fill('#000');
}
