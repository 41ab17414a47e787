/** Databases made for one test or one measurement, and dropped after it. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseLocation } from '@sower/server/store/db/open';
import pg from 'pg';

export type FreshDatabase = {
  readonly location: DatabaseLocation;
  /** As `--database` takes it. */
  readonly option: string;
  /** What its first start left beside it; absent if it had none. */
  readonly installation?: Installation;
  drop(): Promise<void>;
};

export type Installation = {
  /** Copied for each deployment. */
  readonly dataFolder: string;
  /** Chosen by the first administrator. */
  readonly adminPassword: string;
};

/** The database as one that others can begin as: the file's path, or the name. */
export const templateOf = ({ option }: Pick<FreshDatabase, 'option'>): string =>
  option.startsWith('sqlite:') ? option.replace('sqlite:', '') : new URL(option).pathname.slice(1);

/**
 * @param template a database file that it begins as; empty without
 * @param parent where its folder is made
 */
export async function freshSqlite(template?: string, parent = tmpdir()): Promise<FreshDatabase> {
  const folder = mkdtempSync(join(parent, 'sower-test-'));
  const file = join(folder, 'sower.sqlite');
  if (template !== undefined) copyFileSync(template, file);
  return {
    location: { kind: 'sqlite', file },
    option: `sqlite:${file}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param maintenance URL of a database in which others can be made
 * @param template name of a database that it begins as; empty without
 */
export async function freshPostgresql(maintenance: string, template?: string): Promise<FreshDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string): Promise<number | null> => {
    const client = new pg.Client({ connectionString: maintenance });
    await client.connect();
    const { rowCount } = await client.query(statement);
    await client.end();
    return rowCount;
  };
  await run(
    `create database ${name}${template === undefined ? '' : ` template ${template} strategy file_copy`}`,
  );
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
