/** For the whole run: the web apps as they are shipped, and one PostgreSQL, in which each test makes a database of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@sower/server/store/db/open';
import type { TestProject } from 'vitest/node';
import { type FreshDatabase, freshPostgresql, freshSqlite, templateOf } from './fresh-database.ts';
import { installPostgresql, startPostgresql } from './postgresql.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prepared = spawnSync(process.execPath, [fileURLToPath(new URL('../../setup.js', import.meta.url))], {
    stdio: ['ignore', 2, 2],
  });
  if (prepared.status !== 0) throw new Error('The web apps could not be built.');
  const folder = runFolder();
  // The first deployment that is asked writes it there.
  process.env.TEST_OPENAPI = join(folder, 'openapi.json');
  const given = process.env.SOWER_TEST_POSTGRESQL;
  // Clusters of single tests begin as a copy too, whatever the server of the run is.
  const installed = installPostgresql();
  if (installed !== undefined) process.env.TEST_POSTGRESQL = installed;
  const server = given ? undefined : await startPostgresql();
  const postgresql = given ?? server?.url ?? '';
  if (!postgresql)
    console.warn('No PostgreSQL here: its tests are skipped. Set SOWER_TEST_POSTGRESQL to the URL of one.');
  // Migrated once: that takes longer than most tests.
  const migrated = async (template: FreshDatabase): Promise<FreshDatabase> => {
    await (await openDatabase(template.location)).close();
    return template;
  };
  const sqlite = await migrated(await freshSqlite());
  const inPostgresql = postgresql ? await migrated(await freshPostgresql(postgresql)) : undefined;
  // For what a first start adds: installation.ts.
  const started = {
    sqlite: await freshSqlite(templateOf(sqlite)),
    postgresql: inPostgresql && (await freshPostgresql(postgresql, templateOf(inPostgresql))),
  };
  project.provide('folder', folder);
  project.provide('postgresql', postgresql);
  project.provide('template', {
    sqlite: templateOf(sqlite),
    postgresql: inPostgresql && templateOf(inPostgresql),
  });
  project.provide('installation', {
    sqlite: started.sqlite.option,
    postgresql: started.postgresql?.option,
  });
  return async () => {
    for (const template of [sqlite, inPostgresql, started.sqlite, started.postgresql]) await template?.drop();
    await server?.stop();
    if (installed !== undefined) rmSync(installed, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
}

/**
 * In memory where there is room. A commit of SQLite waits 2 ms for a disk, and there are thousands; what is committed survives the end of a
 * process here too, however hard, and tests do not switch the machine off. Removes what runs that were killed have left.
 */
function runFolder(): string {
  const parent = existsSync(MEMORY) && roomIn(MEMORY) > MIN_ROOM ? MEMORY : tmpdir();
  for (const name of readdirSync(parent)) {
    const process = /^sower-run-(\d+)$/.exec(name)?.[1];
    if (process !== undefined && !existsSync(`/proc/${process}`))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, `sower-run-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

const MEMORY = '/dev/shm';
const MIN_ROOM = 2 ** 31;

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresql: string;
    /** Databases with all tables and nothing in them: the file's path, and the name. */
    template: { readonly sqlite: string; readonly postgresql: string | undefined };
    /** Of the run. */
    folder: string;
    /** Databases in which installation.ts makes what a first start makes, as `--database` takes them. */
    installation: {
      readonly sqlite: string;
      readonly postgresql: string | undefined;
    };
  }
}
