/**
 * A million users and tokens, and how long people wait who look among them: search, page, statistics, over the API.
 *
 * `node test/bench/million.ts [--rows N] [--database sqlite|postgresql]`. Prints times; judges nothing.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { newId } from '@sower/server/store/ids';
import { claimSerials } from '@sower/server/store/installation';
import { openDatabase } from '@sower/server/store/open';
import type { StoredDistributionState } from '@sower/server/store/schema';
import { userIdKey } from '@sower/server/store/users';
import { type Deployment, deploy } from '../deployment.ts';
import { type FreshDatabase, freshPostgresql, freshSqlite } from '../fresh-database.ts';
import { startPostgresql } from '../postgresql.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    database: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const ROWS = Number(values.rows);
const TIMES = 40;
const CHUNK = 500;
const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };
const SYLLABLES = [
  'ba',
  'ber',
  'da',
  'e',
  'fi',
  'gor',
  'ha',
  'in',
  'ka',
  'le',
  'mei',
  'no',
  'o',
  'pe',
  'ra',
  'schu',
  'ter',
  'ul',
  'wa',
  'zim',
];
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const name = (): string => {
  const text = pick(SYLLABLES) + pick(SYLLABLES) + pick(SYLLABLES);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

type Timing = { readonly what: string; readonly p50: number; readonly p95: number; readonly rows: number };

async function fill(database: FreshDatabase): Promise<void> {
  const { db, close } = await openDatabase(database.location);
  const start = await claimSerials(db, ROWS);
  const created = { created_at: Date.now(), version: 1 };
  for (let from = 0; from < ROWS; from += 20_000) {
    await db.transaction().execute(async (trx) => {
      for (let offset = from; offset < Math.min(ROWS, from + 20_000); offset += CHUNK) {
        const rows = Array.from({ length: Math.min(CHUNK, ROWS - offset) }, (_, index) => {
          const number = offset + index;
          const [first, last] = [name(), name()];
          const userId = `${first.slice(0, 1)}${last}${number}`.toLowerCase();
          return {
            number,
            first,
            last,
            userId,
            user: newId(ids),
            token: newId(ids),
            assigned: number % 10 !== 0,
          };
        });
        await trx
          .insertInto('users')
          .values(
            rows.map(({ user, userId, first, last }) => ({
              id: user,
              user_id: userId,
              user_id_key: userIdKey(userId),
              first_name: first,
              last_name: last,
              last_name_key: userIdKey(last),
              email: `${userId}@example.com`,
              email_key: `${userId}@example.com`,
              enabled: 1,
              domain: '/',
              ...created,
            })),
          )
          .execute();
        await trx
          .insertInto('tokens')
          .values(
            rows.map(({ token, user, assigned, number }) => ({
              id: token,
              serial: String(start + number).padStart(12, '0'),
              domain: '/',
              user_id: assigned ? user : null,
              enabled: assigned && number % 50 !== 1 ? 1 : 0,
              lost: assigned && number % 5_000 === 1 ? 1 : 0,
              expires_on: `${2025 + (number % 12)}-06-30`,
              pin: null,
              failures: 0,
              last_failure_at: null,
              ...created,
            })),
          )
          .execute();
        const states: StoredDistributionState[] = ['issued', 'opened', 'provisioned', 'failed'];
        await trx
          .insertInto('distributions')
          .values(
            rows
              .filter(({ assigned }) => assigned)
              .map(({ token, user, number }) => ({
                id: newId(ids),
                token_id: token,
                user_id: user,
                profile_id: 'p',
                profile_name: number % 3 ? 'Android' : 'iPhone',
                device_type: number % 3 ? 'android' : 'ios',
                snapshot:
                  '{"profile":"Android","deviceType":{"id":"android","binding":{"assertion":"when-present"}}}',
                delivery: 'url' as const,
                code_hash: null,
                device_kind: 'class' as const,
                device_id: null,
                nickname: '',
                state:
                  number % 100 < 4 ? (states[number % 4] as StoredDistributionState) : ('confirmed' as const),
                reason: null,
                attempts: 0,
                created_at: created.created_at,
                created_by: 'bench',
                expires_at: number % 2 ? created.created_at + 1e9 : created.created_at - 1,
                trigger_hash: null,
                trigger_expires_at: null,
                trigger_device_id: null,
                seen_device_id: null,
                reply_hash: null,
                reply: null,
                reply_until: null,
              })),
          )
          .execute();
      }
    });
    if (!values.json) process.stderr.write(`\r${Math.min(ROWS, from + 20_000)} of ${ROWS} `);
  }
  if (database.location.kind === 'postgresql') {
    const { sql } = await import('kysely');
    await sql`analyze`.execute(db);
  }
  await close();
}

async function measure(deployment: Deployment): Promise<Timing[]> {
  const { api } = deployment;
  const serial = (): string => String(100_000_001 + randomInt(ROWS)).padStart(12, '0');
  const asks: Record<string, () => Promise<{ items: readonly unknown[]; next?: string | undefined }>> = {
    'tokens: first page': () => api('listTokens', {}),
    'tokens: a page in the middle': () =>
      api('listTokens', { query: { cursor: Buffer.from(serial()).toString('base64url') } }),
    'tokens: serial starts with': () => api('listTokens', { query: { serial: serial().slice(0, 9) } }),
    'tokens: serial equals': () => api('listTokens', { query: { serial: serial() } }),
    'tokens: last name begins with 3 letters': () =>
      api('listTokens', { query: { lastName: name().slice(0, 3) } }),
    'tokens: last name begins with 6 letters': () =>
      api('listTokens', { query: { lastName: name().slice(0, 6) } }),
    'tokens: unassigned': () => api('listTokens', { query: { assigned: 'false' } }),
    'tokens: assigned and disabled': () =>
      api('listTokens', { query: { assigned: 'true', enabled: 'false' } }),
    'tokens: lost': () => api('listTokens', { query: { lost: 'true' } }),
    'tokens: expired': () => api('listTokens', { query: { expired: 'true' } }),
    'tokens: distribution failed': () => api('listTokens', { query: { distribution: 'failed' } }),
    'tokens: distribution opened, iPhone': () =>
      api('listTokens', { query: { distribution: 'opened', profile: 'iPhone' } }),
    'tokens: never distributed': () => api('listTokens', { query: { distribution: 'none' } }),
    'users: first page': () => api('listUsers', {}),
    'users: 2 letters': () => api('listUsers', { query: { search: name().slice(0, 2) } }),
    'users: last name': () => api('listUsers', { query: { search: name() } }),
    'users: user id': () => api('listUsers', { query: { search: `x${name()}${randomInt(ROWS)}` } }),
    statistics: async () => ({ items: [await api('getStatistics', {})] }),
  };
  const timings: Timing[] = [];
  for (const [what, ask] of Object.entries(asks)) {
    const times: number[] = [];
    let rows = 0;
    for (let round = 0; round < (what === 'statistics' ? 10 : TIMES); round += 1) {
      const begun = performance.now();
      rows = (await ask()).items.length;
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
    timings.push({ what, p50: at(0.5), p95: at(0.95), rows });
  }
  return timings;
}

const postgresql = values.database === 'sqlite' ? undefined : await startPostgresql();
const kinds = [
  ...(values.database === 'postgresql' ? [] : [{ label: 'SQLite', fresh: freshSqlite }]),
  ...(postgresql ? [{ label: 'PostgreSQL', fresh: () => freshPostgresql(postgresql.url) }] : []),
];
const report: Record<string, Timing[]> = {};
try {
  for (const { label, fresh } of kinds) {
    const database = await fresh();
    const deployment = await deploy(database);
    try {
      await fill(database);
      report[label] = await measure(deployment);
      if (values.json) continue;
      console.log(`\n${label}, ${ROWS} users and tokens, milliseconds over HTTPS`);
      console.table(
        Object.fromEntries(
          report[label].map(({ what, p50, p95, rows }) => [
            what,
            { p50: p50.toFixed(1), p95: p95.toFixed(1), rows },
          ]),
        ),
      );
    } finally {
      await deployment.stop();
      await database.drop();
    }
  }
} finally {
  await postgresql?.stop();
}
if (values.json) console.log(JSON.stringify(report, null, 2));
