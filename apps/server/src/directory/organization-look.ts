/** What an organization brings to the look of its mails, letters and pages: a mark and a color, judged before they are stored. */
import { contrastWithWhite } from '@sower/api/contrast';
import type { SettingsPatch } from '@sower/api/settings';
import { type Text, text } from '@sower/texts/outcomes';
import type { FieldProblem } from '../core/outcome.ts';

type MarkSize = { readonly width: number; readonly height: number };

/** WCAG 2.2 §1.4.3: the text of a button is white. */
const LEAST_CONTRAST = 4.5;
/** Pixels in either direction: below, nothing can be recognized. */
const SMALLEST = 16;
/** A few kilobytes of PNG can be gigabytes of pixels, all of which are unpacked if there is transparency. */
const MAX_PIXELS = 4_000_000;

/** What is wrong with the change, at the field it is about. */
export function lookProblem(change: SettingsPatch): FieldProblem | undefined {
  const { 'organization.color': color = '', 'organization.logo': logo = '' } = change;
  const wrongColor = color === '' ? undefined : colorProblem(color);
  if (wrongColor) return { path: 'organization.color', message: wrongColor };
  const wrongMark = logo === '' ? undefined : markProblem(logo);
  return wrongMark && { path: 'organization.logo', message: wrongMark };
}

function colorProblem(color: string): Text | undefined {
  const ratio = contrastWithWhite(color);
  // Rounded down: 4.499 is not enough, and must not be shown as 4.5.
  return ratio >= LEAST_CONTRAST
    ? undefined
    : text('settings.low-contrast', { color, ratio: Math.floor(ratio * 100) / 100, least: LEAST_CONTRAST });
}

function markProblem(logo: string): Text | undefined {
  const size = markSize(logo);
  if (!size) return text('settings.mark-unreadable');
  const { width, height } = size;
  return Math.min(width, height) >= SMALLEST && width * height <= MAX_PIXELS
    ? undefined
    : text('settings.mark-size', { width, height, least: SMALLEST, most: MAX_PIXELS });
}

/** Whether a stored one, perhaps of an earlier version, can be drawn within reasonable memory. */
export function drawable(logo: string): boolean {
  const size = markSize(logo);
  return size !== undefined && size.width * size.height <= MAX_PIXELS;
}

/** From the first octets of the image. @param logo a data URL */
export function markSize(logo: string): MarkSize | undefined {
  const octets = Buffer.from(logo.slice(logo.indexOf(',') + 1), 'base64');
  const size = logo.startsWith('data:image/png;') ? sizeOfPng(octets) : sizeOfJpeg(octets);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** PNG (Third Edition) §5.2, §11.2.2: signature, length and type of the first chunk, IHDR, then width and height. */
const sizeOfPng = (octets: Buffer): MarkSize | undefined =>
  octets.length < 24 || !octets.subarray(0, 8).equals(PNG) || octets.toString('latin1', 12, 16) !== 'IHDR'
    ? undefined
    : { width: octets.readUInt32BE(16), height: octets.readUInt32BE(20) };

/** ITU-T T.81 §B.2.2: the frame header SOF0 to SOF15, except DHT (C4), JPG (C8) and DAC (CC). */
function sizeOfJpeg(octets: Buffer): MarkSize | undefined {
  if (octets.length < 4 || octets.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= octets.length; ) {
    if (octets[at] !== 0xff) return undefined;
    const marker = octets[at + 1] as number;
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: octets.readUInt16BE(at + 7), height: octets.readUInt16BE(at + 5) };
    else at += 2 + octets.readUInt16BE(at + 2);
  }
  return undefined;
}

/** An address or a text for help, as it is printed. */
export const linesOf = (address: string): string[] =>
  address
    .split(/[\r\n;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
