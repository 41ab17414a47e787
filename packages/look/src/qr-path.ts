/** A text as a QR code that a page draws: the server sends no picture. */
import { encodeQR } from 'qr';

/** White around it, in modules (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;

/** @returns the dark modules as the path of an SVG, and the side of the whole, both in modules; dark on white is what cameras read */
export function qrPath(text: string): { readonly path: string; readonly side: number } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { path, side: rows.length };
}
