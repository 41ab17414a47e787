/**
 * Rows of a trail of two years, as the server would have written, marked and linked them; written past the API because that is quicker. Most are
 * logons by RADIUS and REST, one in twenty refused; tokens are distributed, and administrators edit. The server must not run meanwhile.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CHAIN_START, chainText } from '@sower/api/audit-chain';
import { anchorOf } from '@sower/server/audit/head';
import { AUDIT_HEAD_FILE } from '@sower/server/compose/first-start';
import { MASTER_KEY_FILE, readKeyFile } from '@sower/server/compose/master-key';
import { type Sealing, sealing } from '@sower/server/keys/seal/sealing';
import { keyRingOf, loadKeys } from '@sower/server/operations/rotation/follow';
import { auditMark } from '@sower/server/store/audit/rows';
import { type DatabaseLocation, openDatabase } from '@sower/server/store/db/open';
import type { Row } from '@sower/server/store/schema/schema';
import { inEnglish, text } from '@sower/texts/outcomes';
import pg from 'pg';

const TWO_YEARS = 730 * 86_400_000;
const STEP = 5_000;
const TRANSACTION = 200_000;
const AUDIT = 'id at actor action object result reason text source mark request'.split(
  ' ',
) as (keyof Row<'audit'>)[];
const CHAIN = ['seq', 'audit_id', 'hash', 'mac'] as const;

type People = { readonly userIds: readonly string[]; readonly serials: readonly string[] };
type Written = Omit<Row<'audit'>, 'mark'>;
type What = Pick<Written, 'actor' | 'action' | 'object'> &
  Partial<Pick<Written, 'result' | 'reason' | 'text'>>;

const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const because = (reason: Parameters<typeof inEnglish>[0]) => ({
  reason: inEnglish(reason),
  text: JSON.stringify(reason),
});
const WRONG = { result: 'refused', ...because(text('event.wrong-passcode')) } as const;
const UNKNOWN = { result: 'refused', ...because(text('event.no-such-user')) } as const;
const STAGES = ['token.distribute', 'ctkip.opened', 'ctkip.provisioned', 'token.confirmed'] as const;
const CLIENTS = Array.from({ length: 40 }, (_, index) => `radius:vpn-${index}`);
const KEYS = Array.from({ length: 10 }, (_, index) => `api-key:portal-${index}`);

function whatIn({ userIds, serials }: People, number: number): What {
  const kind = number % 1_000;
  if (kind < 28) {
    const distribution = Math.floor(number / 1_000) * 7 + Math.floor(kind / 4);
    const stage = STAGES[kind % 4] as string;
    return {
      actor: kind % 4 === 0 ? 'administrator:help-desk' : 'user',
      action: stage,
      object: `token:${serials[distribution % serials.length]}`,
    };
  }
  const person = randomInt(userIds.length);
  if (kind < 40)
    return { actor: 'administrator:help-desk', action: 'user.edit', object: `user:${userIds[person]}` };
  const common = {
    actor: kind < 750 ? pick(CLIENTS) : pick(KEYS),
    action: 'authenticate',
    object: `user:${userIds[person]}`,
  };
  if (kind < 85) return { ...common, ...WRONG };
  if (kind < 90) return { ...common, object: `user:guess${randomInt(1e6)}`, ...UNKNOWN };
  const serial = serials[person] as string;
  // By hand: as JSON.stringify would.
  const token = `{"code":"event.token-only","values":{"serial":"${serial}"}}`;
  return { ...common, reason: `token ${serial}`, text: token };
}

/** UUIDs of version 7, ascending. */
function idAt(at: number, number: number): string {
  const time = at.toString(16).padStart(12, '0');
  const rest = randomBytes(8).toString('hex');
  const order = (number % 4_096).toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-8${rest.slice(0, 3)}-${rest.slice(3, 15)}`;
}

type Writer = {
  /** Columns of rows that follow each other. */
  write(
    table: 'audit' | 'audit_chain',
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void>;
  run(statement: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

function sqliteWriter(file: string): Writer {
  const database = new DatabaseSync(file);
  database.exec('pragma synchronous = off; pragma cache_size = -200000; pragma temp_store = memory');
  const insert = (table: string, columns: readonly string[]) =>
    database.prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`);
  const statements = { audit: insert('audit', AUDIT), audit_chain: insert('audit_chain', CHAIN) };
  return {
    async write(table, _, rows) {
      for (const row of rows) statements[table].run(...(row as string[]));
    },
    run: async (statement) => database.prepare(statement).all() as Record<string, unknown>[],
    close: async () => database.close(),
  };
}

async function postgresqlWriter(url: string): Promise<Writer> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    async write(table, columns, rows) {
      const types = columns.map((name) => (name === 'at' || name === 'seq' ? 'bigint[]' : 'text[]'));
      await client.query({
        name: table,
        text: `insert into ${table} (${columns.join()}) select * from unnest(${types.map((type, index) => `$${index + 1}::${type}`).join()})`,
        values: columns.map((_, index) => rows.map((row) => row[index])),
      });
    },
    run: async (statement) => (await client.query(statement)).rows,
    close: () => client.end(),
  };
}

const INDEXES = {
  sqlite:
    "select name, sql from sqlite_master where type = 'index' and tbl_name = 'audit' and sql is not null",
  postgresql:
    "select indexname as name, indexdef as sql from pg_indexes where tablename = 'audit' and indexname <> 'audit_pkey'",
};

async function keysOf(location: DatabaseLocation, dataFolder: string): Promise<Sealing> {
  const keyRing = keyRingOf(await readKeyFile(join(dataFolder, MASTER_KEY_FILE)));
  const { db, close } = await openDatabase(location);
  await loadKeys(db, keyRing);
  await close();
  return sealing(
    () => keyRing.keys,
    (length) => new Uint8Array(randomBytes(length)),
  );
}

/** What the server has written so far comes after them. */
export async function fillTrail(
  location: DatabaseLocation,
  dataFolder: string,
  people: People,
  rows: number,
  report: (done: number) => void,
): Promise<void> {
  const keys = { sealing: await keysOf(location, dataFolder) };
  const writer =
    location.kind === 'sqlite' ? sqliteWriter(location.file) : await postgresqlWriter(location.url);
  const { run } = writer;
  const latest = (await run('select * from audit order by id')) as Row<'audit'>[];
  const indexes = await run(INDEXES[location.kind]);
  await run('begin');
  for (const { name } of indexes) await run(`drop index ${name}`);
  await run('delete from audit_chain');
  await run('delete from audit');

  let [seq, hash] = [0, CHAIN_START];
  const begin = Date.now() - TWO_YEARS;
  async function link(batch: readonly Row<'audit'>[]): Promise<void> {
    await writer.write(
      'audit',
      AUDIT,
      batch.map((row) => AUDIT.map((name) => row[name])),
    );
    const links = batch.map((row) => {
      seq += 1;
      hash = createHash('sha256')
        .update(chainText(hash, { seq, ...row, at: Number(row.at) }))
        .digest('hex');
      return [seq, row.id, hash, keys.sealing.keyedHash('audit-chain', `${seq}:${hash}`)];
    });
    await writer.write('audit_chain', CHAIN, links);
  }
  for (let from = 0; from < rows; from += STEP) {
    const batch = Array.from({ length: Math.min(STEP, rows - from) }, (_, index) => {
      const number = from + index;
      const at = begin + Math.floor((number / rows) * (TWO_YEARS - 60_000));
      const what = whatIn(people, number);
      const row: Written = {
        id: idAt(at, number),
        at,
        result: 'success',
        reason: null,
        text: null,
        ...what,
        source: `10.0.${number % 60}.1`,
        request: what.actor.startsWith('radius:') ? null : randomBytes(16).toString('hex'),
      };
      return { ...row, mark: auditMark(keys, row) };
    });
    await link(batch);
    if ((from + STEP) % TRANSACTION !== 0) continue;
    await run('commit');
    await run('begin');
    report(from + STEP);
  }
  await link(latest);
  const head = anchorOf(keys, { seq, hash, at: Date.now(), unmarked: 0 });
  await run(`update installation set audit_head = '${head}'`);
  for (const { sql } of indexes) await run(String(sql));
  await run('commit');
  // As PostgreSQL does by itself in a minute or two.
  if (location.kind === 'postgresql') await run('vacuum analyze');
  await writer.close();
  rmSync(join(dataFolder, AUDIT_HEAD_FILE), { force: true });
}
