/** For the whole run: the web apps as they are shipped, and one PostgreSQL, in which each test makes a database of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@sower/server/store/db/open';
import type { TestProject } from 'vitest/node';
import { type FreshDatabase, freshPostgresql, freshSqlite, templateOf } from './fresh-database.ts';
import { startPostgresql } from './postgresql.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prepared = spawnSync(process.execPath, [fileURLToPath(new URL('../../setup.js', import.meta.url))], {
    stdio: ['ignore', 2, 2],
  });
  if (prepared.status !== 0) throw new Error('The web apps could not be built.');
  const folder = mkdtempSync(join(tmpdir(), 'sower-run-'));
  // The first deployment that is asked writes it there.
  process.env.SOWER_TEST_OPENAPI = join(folder, 'openapi.json');
  const given = process.env.SOWER_TEST_POSTGRESQL;
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
  project.provide('postgresql', postgresql);
  project.provide('template', {
    sqlite: templateOf(sqlite),
    postgresql: inPostgresql && templateOf(inPostgresql),
  });
  project.provide('installation', {
    folder,
    sqlite: started.sqlite.option,
    postgresql: started.postgresql?.option,
  });
  return async () => {
    for (const template of [sqlite, inPostgresql, started.sqlite, started.postgresql]) await template?.drop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresql: string;
    /** Databases with all tables and nothing in them: the file's path, and the name. */
    template: { readonly sqlite: string; readonly postgresql: string | undefined };
    /** Where installation.ts keeps what a first start makes, and the databases for it, as `--database` takes them. */
    installation: {
      readonly folder: string;
      readonly sqlite: string;
      readonly postgresql: string | undefined;
    };
  }
}
