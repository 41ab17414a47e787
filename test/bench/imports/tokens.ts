/**
 * An import of many tokens with their seeds, as a job of a running server: how quick reading, check and work are beside the database's own
 * insert of the same rows into the same tables, how much memory they take, and what a client that authenticates meanwhile waits.
 *
 * `node test/bench/imports/tokens.ts [--rows N] [--database sqlite|postgresql] [--parts] [--beside] [--cpu-profile DIR]`: the file as a whole or
 * in parts; on a server with nothing else to do, or beside a client that authenticates all the time. Prints figures; judges nothing.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ApiClient } from '@sower/api/client';
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
    beside: { type: 'boolean', default: false },
    'cpu-profile': { type: 'string' },
  },
});
const ROWS = Number(values.rows);
const PATIENCE_SECONDS = 7_200;
/** As those do who watch a job. */
const LOOK_MILLISECONDS = 1_000;
const NAME = 'bench';
const { beside, 'cpu-profile': folder } = values;
const env = folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };

/** Authentications after which the memory of a server has the size that it keeps. */
const WARM = 20_000;

async function used(api: ApiClient): Promise<void> {
  const one = () => api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
  for (let done = 0; done < WARM; done += 10) await Promise.all(Array.from({ length: 10 }, one));
}

/** What this process did: SQLite takes its processor, and PostgreSQL others. */
function ownWork(): () => string {
  const begun = performance.now();
  const before = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    return `${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} rows/s, ${((user + system) / ROWS).toFixed(0)} µs of CPU a row here`;
  };
}

for (const kind of ['sqlite', 'postgresql'] as const) {
  if (values.database !== undefined && values.database !== kind) continue;
  const server = kind === 'postgresql' ? await startDurablePostgresql() : undefined;
  if (kind === 'postgresql' && !server) continue;
  const database = server ? await freshPostgresql(server.url) : await freshSqlite();
  const deployment = await deploy(database, { described: false, env });
  const stored = await openDatabase(database.location);
  const { api } = deployment;
  const lineOf = (index: number): string => `K${index},${randomBytes(20).toString('hex')},totp,6\n`;
  const phase = <T>(said: string, work: () => Promise<T>): Promise<T> =>
    watched(deployment, `${kind}, ${said}`, ROWS, work, beside);
  await watched(deployment, `${kind}, a server that has just started`, WARM, () => used(api), false);
  const { id } = await phase(`read and sealed${values.parts ? ' in parts' : ''}`, async () => {
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
  await phase('checked', () => jobSettled(api, id, PATIENCE_SECONDS, LOOK_MILLISECONDS));
  const done = await phase('imported', async () => {
    await api('startJob', { params: { id }, body: { name: NAME } });
    return jobEnded(api, id, PATIENCE_SECONDS, LOOK_MILLISECONDS);
  });
  console.log(`${kind}: ${done.done} done, ${done.leftOut} left out, ${done.failed} failed`);
  // The same rows again, by the database alone.
  await sql`create table copied_tokens as select * from tokens where batch = ${NAME}`.execute(stored.db);
  await sql`create table copied_seeds as select s.* from seeds s join tokens t on t.id = s.token_id
    where t.batch = ${NAME}`.execute(stored.db);
  await sql`create table copied_audit as select * from audit where action = 'token.import'`.execute(
    stored.db,
  );
  const undo = await phase('undone', async () =>
    jobEnded(api, (await api('undoJob', { params: { id } })).id, PATIENCE_SECONDS, LOOK_MILLISECONDS),
  );
  console.log(`${kind}: ${undo.done} undone`);
  await deployment.stop();
  const alone = ownWork();
  await stored.db.transaction().execute(async (trx) => {
    await sql`insert into tokens select * from copied_tokens`.execute(trx);
    await sql`insert into seeds select * from copied_seeds`.execute(trx);
  });
  console.log(`${kind}, the database's own insert of tokens and seeds: ${alone()}`);
  // What the import writes besides: rows of the audit trail under other IDs, and what became of the rows of the job.
  const more = ownWork();
  await stored.db.transaction().execute(async (trx) => {
    await sql`insert into audit select 'x' || id, at, actor, action, object, result, reason, source, mark, text, request
      from copied_audit`.execute(trx);
    await sql`insert into audit_unlinked select 'x' || id from copied_audit`.execute(trx);
    await sql`update job_rows set state = 'done', sealed = null, token_id = job_id, serial = key, origin = 'mint'
      where job_id = ${id}`.execute(trx);
  });
  console.log(`${kind}, and of the rows of the audit trail and the job: ${more()}`);
  await stored.close();
  await database.drop();
  await server?.stop();
}
