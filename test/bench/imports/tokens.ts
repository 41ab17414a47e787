/**
 * An import of many tokens with their seeds, as a job of a running server: how quick reading, check and work are beside the database's own
 * insert of the same rows into the same tables, how much memory they take, and what a client that authenticates meanwhile waits.
 *
 * `node test/bench/imports/tokens.ts [--rows N] [--database sqlite|postgresql] [--parts]`, the file as a whole or in parts. Prints figures; judges
 * nothing.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Job } from '@sower/api/jobs';
import { partsOf } from '@sower/api/token-parts';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import { deploy } from '../../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../../harness/fresh-database.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { startDurablePostgresql } from '../../harness/postgresql.ts';
import { watched } from './watched.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    database: { type: 'string' },
    parts: { type: 'boolean', default: false },
  },
});
const ROWS = Number(values.rows);
const PATIENCE_SECONDS = 1_800;
const NAME = 'bench';

for (const kind of ['sqlite', 'postgresql'] as const) {
  if (values.database !== undefined && values.database !== kind) continue;
  const server = kind === 'postgresql' ? await startDurablePostgresql() : undefined;
  if (kind === 'postgresql' && !server) continue;
  const database = server ? await freshPostgresql(server.url) : await freshSqlite();
  const deployment = await deploy(database, { described: false });
  const stored = await openDatabase(database.location);
  const { api } = deployment;
  const lineOf = (index: number): string => `K${index},${randomBytes(20).toString('hex')},totp,6\n`;
  const said = `${kind}, read and sealed${values.parts ? ' in parts' : ''}`;
  const { id } = await watched(deployment, said, ROWS, async () => {
    if (!values.parts) {
      const lines = Array.from({ length: ROWS }, (_, index) => lineOf(index));
      const file = Buffer.from(lines.join('')).toString('base64');
      return api('importTokens', { body: { name: NAME, file } });
    }
    const reading = { format: 'csv', delimiter: ',' } as const;
    let job: Job = await api('openTokenImport', { body: { name: NAME, reading } });
    const params = { id: job.id };
    const chunks = async function* (): AsyncGenerator<string> {
      yield 'serial,seed,type,digits\n';
      for (let index = 0; index < ROWS; index += 1) yield lineOf(index);
    };
    for await (const { text, line } of partsOf(chunks(), reading)) {
      const file = Buffer.from(text).toString('base64');
      job = await api('addTokenImportPart', { params, body: { from: job.total, line, file } });
    }
    return api('endTokenImport', { params, body: { total: ROWS } });
  });
  await watched(deployment, `${kind}, checked`, ROWS, () => jobSettled(api, id, PATIENCE_SECONDS));
  const done = await watched(deployment, `${kind}, imported`, ROWS, async () => {
    await api('startJob', { params: { id }, body: { name: NAME } });
    return jobEnded(api, id, PATIENCE_SECONDS);
  });
  console.log(`${kind}: ${done.done} done, ${done.leftOut} left out, ${done.failed} failed`);
  // The same rows again, by the database alone.
  await sql`create table copied_tokens as select * from tokens where batch = ${NAME}`.execute(stored.db);
  await sql`create table copied_seeds as select s.* from seeds s join tokens t on t.id = s.token_id
    where t.batch = ${NAME}`.execute(stored.db);
  const undo = await watched(deployment, `${kind}, undone`, ROWS, async () =>
    jobEnded(api, (await api('undoJob', { params: { id } })).id, PATIENCE_SECONDS),
  );
  console.log(`${kind}: ${undo.done} undone`);
  const begun = performance.now();
  await stored.db.transaction().execute(async (trx) => {
    await sql`insert into tokens select * from copied_tokens`.execute(trx);
    await sql`insert into seeds select * from copied_seeds`.execute(trx);
  });
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${kind}, the database's own insert: ${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} rows/s`,
  );
  await stored.close();
  await deployment.stop();
  await database.drop();
  await server?.stop();
}
