/**
 * What the app was opened with: a link in the fragment of its address, or a picture that another app shared.
 *
 * The fragment is taken off the address at once, so that an activation code stays in no history.
 */
import { readInvitation } from '@sower/ctkip/authenticator/invitation';

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
