/** Runs the same tests on SQLite and on PostgreSQL, each on a fresh database. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLocation } from '@sower/server/store/open';
import pg from 'pg';
import { describe, inject } from 'vitest';

export type FreshDatabase = {
  readonly location: DatabaseLocation;
  /** As `--database` takes it. */
  readonly option: string;
  drop(): Promise<void>;
};

export type DatabaseKind = { readonly name: 'SQLite' | 'PostgreSQL'; fresh(): Promise<FreshDatabase> };

export const SQLITE: DatabaseKind = {
  name: 'SQLite',
  async fresh() {
    const folder = mkdtempSync(join(tmpdir(), 'sower-test-'));
    const file = join(folder, 'sower.sqlite');
    return {
      location: { kind: 'sqlite', file },
      option: `sqlite:${file}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

export const POSTGRESQL: DatabaseKind = {
  name: 'PostgreSQL',
  async fresh() {
    const maintenance = inject('postgresql');
    const name = `t_${randomUUID().replaceAll('-', '')}`;
    const run = async (statement: string): Promise<void> => {
      const client = new pg.Client({ connectionString: maintenance });
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await run(`create database ${name}`);
    const url = maintenance.replace(/\/[^/]*$/, `/${name}`);
    return {
      location: { kind: 'postgresql', url },
      option: url,
      drop: () => run(`drop database ${name} with (force)`),
    };
  },
};

/** `describe` once for each database. */
export function onBothDatabases(title: string, suite: (kind: DatabaseKind) => void): void {
  describe(`${title} (SQLite)`, () => suite(SQLITE));
  describe.skipIf(!inject('postgresql'))(`${title} (PostgreSQL)`, () => suite(POSTGRESQL));
}
