/**
 * Builds both consoles into `dist/`: every asset a file of its own, so that the Content-Security-Policy needs no exception.
 *
 * Each console is served below its own path with the assets beside it, so that one can be published without the other.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { palettePlugin } from '@sower/look/palette';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { help, licenses } from './help-pages.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Beside each asset the same one compressed, once, as small as it gets: the server only hands it out. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir = '' }, bundle) {
      for (const [name, output] of Object.entries(bundle)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const content = output.type === 'chunk' ? output.code : output.source;
        writeFileSync(`${dir}/${name}.br`, brotliCompressSync(content));
      }
    },
  };
}

/**
 * The schema library tries once whether it may compile code, as its first schema is made; the Content-Security-Policy forbids that and
 * reports the try. The report is made here: a module of ours that made it would have to run before chunks that no import order puts last.
 */
function withoutEval(): Plugin {
  const made = '__zod_globalConfig = {}';
  return {
    name: 'without-eval',
    transform(code, id) {
      if (!id.endsWith('/zod/v4/core/core.js')) return undefined;
      if (!code.includes(made)) this.error('zod keeps its settings elsewhere now');
      return { code: code.replace(made, '__zod_globalConfig = { jitless: true }'), map: null };
    },
  };
}

/** What an operation is for, in a sentence: for the API's document and the command line. Browsers would load it before anyone has logged on. */
function withoutSummaries(): Plugin {
  return {
    name: 'without-summaries',
    enforce: 'pre',
    transform: (code, id) =>
      id.includes('/packages/api/src/')
        ? { code: code.replace(/\b(summary|description):\s*'(?:[^'\\\n]|\\.)*'/g, "$1: ''"), map: null }
        : undefined,
  };
}

export default defineConfig({
  root: here('.'),
  base: '/console/',
  plugins: [
    react(),
    palettePlugin,
    withoutEval(),
    withoutSummaries(),
    help(here('../../docs')),
    licenses(here('../..')),
    compressed(),
  ],
  experimental: {
    // From a page by its own path; from another asset by where that one came from.
    renderBuiltUrl: (file, { hostType, hostId }) =>
      hostType === 'html'
        ? `${hostId === 'self-service.html' ? '/self-service' : '/console'}/${file}`
        : { relative: true },
  },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: [here('./index.html'), here('./self-service.html')] },
  },
});
