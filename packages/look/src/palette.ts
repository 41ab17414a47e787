/**
 * The palette and the type of Sower, which consoles, authenticator, mails and the pages that the server draws take from here. Colors of data
 * are not in it: those of charts are told apart by people who see few colors.
 */

/** In light and in dark. Text has a contrast of at least 4.5 : 1 on what it stands on. */
export const PALETTE = {
  ground: ['#f4f6f4', '#111713'],
  card: ['#ffffff', '#1b231e'],
  text: ['#17211b', '#e8efe9'],
  quiet: ['#4c5a51', '#a9b8ae'],
  line: ['#d3dbd5', '#35423a'],
  edge: ['#6f7d74', '#84948a'],
  accent: ['#1f6f4a', '#7fd3a4'],
  'accent-pressed': ['#18573a', '#a5e3c0'],
  'on-accent': ['#ffffff', '#0c1f15'],
  danger: ['#a3201c', '#ffaaa3'],
  'danger-ground': ['#fdeceb', '#3b1917'],
  warning: ['#7a4b00', '#f0c36d'],
  'warning-ground': ['#fff4d6', '#362b10'],
  'success-ground': ['#e2f4e9', '#16301f'],
  info: ['#1b5e9e', '#8fc4f5'],
  'info-ground': ['#e6eef7', '#17263a'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

/** What Sower draws with where an organization has no color of its own. */
export const PRODUCT_COLOR = PALETTE.accent[0];

/** The type of the consoles where it is at hand; mail programs and a browser without it have their own. */
export const TYPE = '"Red Hat Text", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** As a style sheet: each color, `--type`, and `--sign`, the color of the organization (/look/look.css) or ours. */
export const PALETTE_SHEET = `:root{color-scheme:light dark;${Object.entries(PALETTE)
  .map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark});`)
  .join('')}--sign:var(--organization,${PRODUCT_COLOR});--type:${TYPE}}
`;

/** For Vite: `import 'virtual:palette.css'` is the style sheet. */
export const palettePlugin = {
  name: 'palette',
  resolveId: (id: string): string | undefined => (id === 'virtual:palette.css' ? id : undefined),
  load: (id: string): string | undefined => (id === 'virtual:palette.css' ? PALETTE_SHEET : undefined),
};
