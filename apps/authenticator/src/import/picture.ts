/** The one QR code in a picture that was chosen, pasted or shared. */
import type { AppMessage } from '../texts/use-texts.ts';
import { qrReader } from './qr-reader.ts';

export type Problem = { readonly message: AppMessage; readonly next?: AppMessage };
export type PictureText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: Problem };

const TIME_LIMIT = 5_000;

export async function pictureText(picture: Blob): Promise<PictureText> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(picture);
  } catch {
    return { ok: false, problem: { message: { code: 'import.notAPicture' } } };
  }
  const reader = await qrReader();
  try {
    const found = await reader.read(image, TIME_LIMIT);
    const [text] = found;
    if (text !== undefined && found.length === 1) return { ok: true, text };
    return { ok: false, problem: unreadable(found.length, 'picture') };
  } finally {
    reader.close();
  }
}

/** What to tell the user when there is not exactly one code. */
export function unreadable(found: number, where: 'picture' | 'camera'): Problem {
  const text = found > 1 ? 'severalQrCodes' : 'noQrCode';
  return {
    message: { code: `importing.${text}.${where}` },
    next: { code: `importing.${text}.next` },
  };
}
