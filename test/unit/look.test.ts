/** One palette: what is drawn takes its colors from packages/look, and nothing has a list of its own. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contrastWithWhite } from '@sower/api/contrast';
import { PALETTE, PALETTE_SHEET } from '@sower/look/palette';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(['apps/*/*.{ts,html}', 'apps/*/{src,static}/**/*.{css,ts,tsx,svg,webmanifest}'], {
  cwd: ROOT,
});
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const colorsIn = (text: string): string[] =>
  [...text.matchAll(/#[0-9a-f]{6}\b/gi)].map(([color]) => color.toLowerCase());
/** WCAG 2.2, "contrast ratio" of two colors. */
const contrast = (one: string, other: string): number => {
  const ratio = contrastWithWhite(one) / contrastWithWhite(other);
  return Math.max(ratio, 1 / ratio);
};
const ofPalette = new Set<string>(Object.values(PALETTE).flat());
/** Paper and ink: a mark and a QR code stand on white in the dark too. */
const PAPER = new Set(['#ffffff', '#000000']);

test('no color of the palette is written down a second time', () => {
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((name) =>
    /\.(svg|webmanifest)$/.test(name)
      ? []
      : colorsIn(read(name))
          .filter((color) => ofPalette.has(color) && !PAPER.has(color))
          .map((color) => `${name}: ${color}`),
  );
  expect(found).toEqual([]);
});

test('a style sheet has no color besides, but for data and for what PatternFly needs', () => {
  const found = files
    .filter((name) => name.endsWith('.css'))
    .flatMap((name) =>
      read(name)
        .split('\n')
        .filter((line) => !/--(?:sower-chart|pf-v6-c-form-control)/.test(line))
        .flatMap(colorsIn)
        .filter((color) => !PAPER.has(color))
        .map((color) => `${name}: ${color}`),
    );
  expect(found).toEqual([]);
});

test('what cannot take them from there agrees: the manifest, and the one mark of consoles, authenticator and pages', () => {
  const manifest = JSON.parse(read('apps/authenticator/static/manifest.webmanifest'));
  expect([manifest.background_color, manifest.theme_color]).toEqual([PALETTE.ground[0], PALETTE.accent[0]]);
  const marks = files.filter((name) => name.endsWith('.svg')).map(read);
  expect(marks).toHaveLength(3);
  expect(new Set(marks).size).toBe(1);
  expect(colorsIn(marks[0] as string)).toContain(PALETTE.accent[0]);
});

test('text can be read on what it stands on, in light and in dark', () => {
  const pairs = [
    ...(['text', 'quiet', 'accent', 'danger', 'info', 'warning'] as const).flatMap((ink) =>
      (['ground', 'card'] as const).map((on) => [ink, on] as const),
    ),
    ...(['danger', 'warning', 'success', 'info'] as const).map((of) => ['text', `${of}-ground`] as const),
    ['on-accent', 'accent'] as const,
  ];
  for (const [ink, on] of pairs)
    for (const place of [0, 1] as const)
      expect(contrast(PALETTE[ink][place], PALETTE[on][place]), `${ink} on ${on}`).toBeGreaterThanOrEqual(
        4.5,
      );
  expect(PALETTE_SHEET).toContain(`--quiet:light-dark(${PALETTE.quiet.join()});`);
});
