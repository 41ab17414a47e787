/** One list of migrations for both databases, a file each. A landed one is never edited: add another. */
import type { Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import { radius } from './migrations/0005-radius.ts';

export const MIGRATIONS: Record<string, Migration> = {
  '0001-first': first,
  '0005-radius': radius,
};
