/** Every text of the Security Console in English. */
import { mainEn } from './main.en.ts';
import { startEn } from './start.en.ts';

export const consoleEn = { ...startEn, ...mainEn } as const;
