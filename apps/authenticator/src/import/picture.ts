/** The one QR code in a picture that was chosen, pasted or shared. */
import type { Words } from '@sower/ctkip/authenticator/words';
import type { Texts } from '../texts/en.ts';
import { qrReader } from './qr-reader.ts';

export type Problem = { readonly message: string; readonly next?: string };
export type PictureText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: Problem };

const TIME_LIMIT = 5_000;

export async function pictureText(picture: Blob, texts: Texts, words: Words): Promise<PictureText> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(picture);
  } catch {
    return { ok: false, problem: { message: texts.import.notAPicture } };
  }
  const reader = await qrReader();
  try {
    const found = await reader.read(image, TIME_LIMIT);
    const [text] = found;
    if (text !== undefined && found.length === 1) return { ok: true, text };
    const where = texts.import.thePicture;
    return { ok: false, problem: found.length > 1 ? words.severalQrCodes(where) : words.noQrCode(where) };
  } finally {
    reader.close();
  }
}
