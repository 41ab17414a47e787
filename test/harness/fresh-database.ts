/** Databases made for one test or one measurement, and dropped after it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
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
  const run = async (statement: string): Promise<number | null> => {
    const client = new pg.Client({ connectionString: maintenance });
    await client.connect();
    const { rowCount } = await client.query(statement);
    await client.end();
    return rowCount;
  };
  await run(`create database ${name}`);
  const url = maintenance.replace(/\/[^/]*$/, `/${name}`);
  return {
    location: { kind: 'postgresql', url },
    option: url,
    async drop() {
      // What was closed just now is still there for a moment, and complains when it is thrown out.
      for (let tries = 0; tries < 20; tries += 1) {
        if ((await run(`select 1 from pg_stat_activity where datname = '${name}'`)) === 0) break;
        await wait(50);
      }
      await run(`drop database ${name} with (force)`);
    },
  };
}
