/** The texts of the Security Console in English that the log-on page needs; the rest comes with the shell: main.en.ts. */
import { challengeEn } from './challenge.en.ts';
import { partsEn } from './parts.en.ts';
import { sessionEn } from './session.en.ts';
import { shellEn } from './shell.en.ts';

export const startEn = {
  ...challengeEn,
  ...shellEn,
  ...partsEn,
  ...sessionEn,
} as const;
