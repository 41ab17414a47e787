/** What comes from outside the app: the QR code in a picture, and what the app was opened with. */
import { readInvitation } from '@sower/ctkip/authenticator/invitation';
import type { AppMessage } from '../texts/use-texts.ts';
import { qrReader } from './qr-reader.ts';

export type Problem = { readonly message: AppMessage; readonly next?: AppMessage };
type PictureText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: Problem };

const TIME_LIMIT = 5_000;

/** The one QR code in a picture that was chosen, pasted or shared. */
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

/**
 * What the app was opened with: a link in the fragment of its address, or a picture that another app shared.
 *
 * The fragment is taken off the address at once, so that an activation code stays in no history.
 */
export type Arrival =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: Blob };

export async function takeArrival(): Promise<Arrival | undefined> {
  const fragment = location.hash.slice(1);
  if (fragment === '') return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  if (fragment === 'shared-image') {
    const image = await takeSharedImage();
    return image && { kind: 'image', image };
  }
  return { kind: 'text', text: linkIn(fragment) };
}

/** `#ctkip?…` is our own page's form of a link; anything else is a link, encoded once as the browser hands it over. */
function linkIn(fragment: string): string {
  if (/^\/?ctkip\/?\?/i.test(fragment)) return `https://${location.host}/#${fragment}`;
  let text = fragment;
  try {
    text = decodeURIComponent(fragment);
  } catch {
    // Left as it is.
  }
  if (readInvitation(text).ok) return text;
  // Shared text is often a sentence around the link. One of ours may have no slashes before `ctkip`.
  const link = /[a-z][a-z0-9+.-]*:ctkip\/?\?\S+/i.exec(text) ?? /[a-z][a-z0-9+.-]*:\/\/\S+/i.exec(text);
  return link?.[0] ?? text;
}

async function takeSharedImage(): Promise<Blob | undefined> {
  const cache = await caches.open('sower-authenticator-shared');
  const url = new URL('shared-image', document.baseURI).href;
  const kept = await cache.match(url);
  await caches.delete('sower-authenticator-shared');
  return kept?.blob();
}
