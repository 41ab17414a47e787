/** The one list of migrations for both databases. A migration that has landed is never edited: add another at the end of the last file. */
import type { Migration } from 'kysely/migration';
import { FROM_0001 } from '../migrations/from-0001.ts';
import { FROM_0004 } from '../migrations/from-0004.ts';
import { FROM_0016 } from '../migrations/from-0016.ts';
import { FROM_0035 } from '../migrations/from-0035.ts';
import { FROM_0055 } from '../migrations/from-0055.ts';
import { FROM_0080 } from '../migrations/from-0080.ts';

const STEPS = { ...FROM_0001, ...FROM_0004, ...FROM_0016, ...FROM_0035, ...FROM_0055, ...FROM_0080 };

export const MIGRATIONS: Readonly<Record<string, Migration>> = Object.fromEntries(
  Object.entries(STEPS).map(([name, up]) => [name, { up }]),
);
