/** One list of migrations for both databases, a file each. A landed one is never edited: add another. */
import type { Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import { tlsCertificates } from './migrations/0002-tls-certificates.ts';

export const MIGRATIONS: Record<string, Migration> = {
  '0001-first': first,
  '0002-tls-certificates': tlsCertificates,
};
