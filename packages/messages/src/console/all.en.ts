/** Every text of the Security Console in English. */
import { sourceRunsEn } from './source-runs.en.ts';
import { sourcesEn } from './sources.en.ts';
import { startEn } from './start.en.ts';
import { userFilesEn } from './user-files.en.ts';

export const consoleEn = { ...startEn, ...sourcesEn, ...sourceRunsEn, ...userFilesEn } as const;
