/** Databases made for one test or one measurement, and dropped after it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLocation } from '@sower/server/store/db/open';
import pg from 'pg';

export type FreshDatabase = {
  readonly location: DatabaseLocation;
  /** As `--database` takes it. */
  readonly option: string;
  drop(): Promise<void>;
};

export async function freshSqlite(): Promise<FreshDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-test-'));
  const file = join(folder, 'sower.sqlite');
  return {
    location: { kind: 'sqlite', file },
    option: `sqlite:${file}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param maintenance URL of a database in which others can be made */
export async function freshPostgresql(maintenance: string): Promise<FreshDatabase> {
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
}
