/**
 * Packages that the bundle leaves outside: with files of their own beside the code, native, or so large that only the thread that needs
 * them should read them. An installed server has these, and no others.
 */
export const OUTSIDE = [
  '@node-rs/argon2',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/language-common',
  '@zxcvbn-ts/language-de',
  '@zxcvbn-ts/language-en',
  'dejavu-fonts-ttf',
  'pdfkit',
] as const;
