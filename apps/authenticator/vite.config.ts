/**
 * Builds the authenticator into `dist/`, to be served from any folder of any host: addresses are relative, the page carries its own
 * Content-Security-Policy, and the service worker knows every file that was made.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PALETTE, palettePlugin } from '@sower/look/palette';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import headers from './headers.json' with { type: 'json' };

const folder = fileURLToPath(new URL('.', import.meta.url));
const SERVICE_WORKER = 'service-worker';

/** The policy of headers.json as far as a page can set it for itself. */
const policy = headers['content-security-policy']
  .split('; ')
  .filter((directive) => !directive.startsWith('frame-ancestors'))
  .join('; ');

function ownPolicy(): Plugin {
  return {
    name: 'own-policy',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** What the system draws around the page, before any style sheet. */
function themeColor(): Plugin {
  return {
    name: 'theme-color',
    transformIndexHtml: () =>
      (['light', 'dark'] as const).map((scheme, index) => ({
        tag: 'meta',
        attrs: {
          name: 'theme-color',
          content: PALETTE.ground[index] as string,
          media: `(prefers-color-scheme: ${scheme})`,
        },
        injectTo: 'head' as const,
      })),
  };
}

/** Writes the names of all files into the service worker, with a hash of their contents: a changed file is a new version. */
function precacheList(): Plugin {
  return {
    name: 'precache-list',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const hash = createHash('sha256');
        const files = new Set<string>();
        for (const [name, output] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
          hash.update(name).update(output.type === 'chunk' ? output.code : output.source);
          if (name !== `${SERVICE_WORKER}.js`) files.add(name);
        }
        for (const name of readdirSync(`${folder}/static`).sort()) {
          hash.update(name).update(readFileSync(`${folder}/static/${name}`));
          files.add(name);
        }
        const list = { version: hash.digest('hex').slice(0, 16), files: [...files].sort() };
        const worker = bundle[`${SERVICE_WORKER}.js`];
        if (worker?.type !== 'chunk') throw new Error('no service worker was built');
        const literal = /(["'`])__PRECACHE__\1/;
        if (!literal.test(worker.code)) throw new Error('the service worker has no place for its list');
        worker.code = worker.code.replace(literal, () => JSON.stringify(JSON.stringify(list)));
      },
    },
  };
}

export default defineConfig({
  root: folder,
  base: './',
  publicDir: 'static',
  plugins: [react(), palettePlugin, themeColor(), ownPolicy(), precacheList()],
  worker: { format: 'es' },
  build: {
    outDir: `${folder}/dist`,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    modulePreload: false,
    rollupOptions: {
      input: { main: `${folder}/index.html`, [SERVICE_WORKER]: `${folder}/workers/service-worker.ts` },
      output: {
        entryFileNames: ({ name }) =>
          name === SERVICE_WORKER ? `${SERVICE_WORKER}.js` : 'assets/[name]-[hash].js',
      },
    },
  },
});
