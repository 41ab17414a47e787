/**
 * Keeps the app's own files, so that it opens without a network, and hands over what another app shares with it.
 *
 * Everything else, CT-KIP above all, passes through it untouched and is never stored. A new version waits until the user has said yes.
 */
declare const self: ServiceWorkerGlobalScope;

const { version, files } = JSON.parse('__PRECACHE__') as { version: string; files: string[] };
const CACHE = `sower-authenticator-${version}`;
/** Holds one shared picture, from the moment it is shared to the moment the page has read it. */
const SHARED = 'sower-authenticator-shared';
const SCOPE = new URL('./', self.location.href);
const PAGE = new URL('index.html', SCOPE).href;
const KEPT = new Set(files.map((file) => new URL(file, SCOPE).href));

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...KEPT].map((url) => new Request(url, { cache: 'reload' })))),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('sower-authenticator-') && name !== CACHE && name !== SHARED)
          await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'use-new-version') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return;
  if (request.method === 'POST' && url.href === new URL('share', SCOPE).href) {
    event.respondWith(receive(request));
  } else if (request.method === 'GET' && request.mode === 'navigate') {
    event.respondWith(kept(PAGE, request));
  } else if (request.method === 'GET' && KEPT.has(url.href)) {
    event.respondWith(kept(url.href, request));
  }
});

async function kept(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(url, { ignoreVary: true })) ?? fetch(request);
}

/** A link is passed on in the fragment, which is never sent; a picture waits for the page. */
async function receive(request: Request): Promise<Response> {
  const form = await request.formData();
  const image = form.get('image');
  if (image instanceof File && image.size > 0) {
    const cache = await caches.open(SHARED);
    await cache.put(new URL('shared-image', SCOPE).href, new Response(image));
    return Response.redirect(new URL('#shared-image', SCOPE).href, 303);
  }
  const text = ['url', 'text', 'title']
    .map((name) => String(form.get(name) ?? '').trim())
    .find((each) => each !== '');
  return Response.redirect(new URL(`#${encodeURIComponent(text ?? '')}`, SCOPE).href, 303);
}
