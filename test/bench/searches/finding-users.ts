/**
 * How long people wait who look for a user among many by twelve kinds of words, over the API; and what the index of the words costs.
 *
 * `node test/bench/searches/finding-users.ts [--rows N] [--database sqlite|postgresql]`. Prints times; judges nothing.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { newId } from '@sower/server/store/db/ids';
import { openDatabase } from '@sower/server/store/db/open';
import { preparedBatch } from '@sower/server/store/db/prepared';
import { foldDueWords, hasDueWords } from '@sower/server/store/directory/user-words';
import { claimSerials } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../../harness/fresh-database.ts';
import { startDurablePostgresql } from '../../harness/postgresql.ts';
import { name } from './million-rows.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, database: { type: 'string' } },
});
const ROWS = Number(values.rows);
const TIMES = 60;
/** What Ctrl-K, Home and the pickers ask for; a page of the list of users; and of the list in an order that was chosen there. */
const PAGES = {
  best: { sort: 'match', limit: 7 },
  page: { sort: 'match', limit: 20, total: 'true' },
  sorted: { sort: 'userId', limit: 20, total: 'true' },
} as const;
const STEP = 5_000;
const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };
const FIRST =
  'Anna Ben Clara Dilek Emil Fatma Georg Hanna Ivan J\u00fcrgen Karin L\u00e9a Marek Nora Olaf Petra'.split(
    ' ',
  );

const USER = { id: 'text', user_id: 'text', first: 'text', last: 'text', telephone: 'text' } as const;
const insertUsers = preparedBatch({ v: USER }, (db, { v }) =>
  sql`with ${v} insert into users (id, user_id, user_id_key, first_name, last_name, last_name_key, email, email_key, telephone,
      domain, enabled, created_at, version)
    select id, user_id, user_id, first, last, lower(last), user_id || '@example.com', user_id || '@example.com', telephone,
      '/', 1, 0, 1 from v`.compile(db),
);
const TOKEN = { id: 'text', serial: 'text', user_id: 'text' } as const;
const insertTokens = preparedBatch({ v: TOKEN }, (db, { v }) =>
  sql`with ${v} insert into tokens (id, serial, domain, user_id, enabled, lost, expires_on, failures, distributed, created_at, version)
    select id, serial, '/', user_id, 1, 0, '2037-12-31', 0, 0, 0, 1 from v`.compile(db),
);

/** @returns seconds that the users took, and those that their words took */
async function fill(db: Database): Promise<{ readonly users: number; readonly words: number }> {
  const first = await claimSerials(db, ROWS);
  const begun = performance.now();
  for (let from = 0; from < ROWS; from += STEP) {
    const rows = Array.from({ length: Math.min(STEP, ROWS - from) }, (_, index) => {
      const last = from + index === 4_711 ? 'M\u00fcller-L\u00fcdenscheidt' : name();
      return {
        number: from + index,
        token: newId(ids),
        id: newId(ids),
        user_id: `${last.slice(0, 3).toLowerCase()}${from + index}`,
        first: FIRST[randomInt(FIRST.length)] as string,
        last,
        telephone: `+49 ${100 + randomInt(900)} ${1_000_000 + randomInt(9_000_000)}`,
      };
    });
    await db.transaction().execute(async (trx) => {
      await insertUsers(trx, {
        v: rows.map(({ id, user_id, first, last, telephone }) => ({ id, user_id, first, last, telephone })),
      });
      await insertTokens(trx, {
        v: rows.map(({ token, id, number }) => ({
          id: token,
          serial: String(first + number).padStart(12, '0'),
          user_id: id,
        })),
      });
    });
    process.stderr.write(`\r${from + STEP} of ${ROWS} `);
  }
  const filled = performance.now();
  // The server does it as well, meanwhile and now.
  for (let more = true; more; ) more = (await foldDueWords(db)) || (await hasDueWords(db));
  return { users: (filled - begun) / 1_000, words: (performance.now() - filled) / 1_000 };
}

async function measure({ api }: Deployment): Promise<Record<string, object>> {
  const some = (await api('listUsers', { query: { limit: 1_000, search: 'anna' } })).items;
  const someone = () => some[randomInt(some.length)]!;
  const words: Record<string, () => string> = {
    'a last name': name,
    'three letters': () => name().slice(0, 3),
    'two letters': () => name().slice(0, 2),
    'one letter': () => name().slice(0, 1),
    'the middle of a name': () => name().slice(1, 5),
    'first and last name': () => `${someone().firstName} ${someone().lastName}`,
    'a rare name without its accents': () => 'Muller Ludenscheidt',
    'a user ID': () => someone().userId,
    'an e-mail address': () => `${someone().userId}@example.com`,
    'what all have': () => 'example.com',
    'digits of a telephone': () => someone().telephone.slice(5),
    'digits of a serial number': () => (someone().tokens[0] ?? '').slice(4),
    'what no one has': () => `${name()}qx${randomInt(ROWS)}`,
  };
  const timings: Record<string, object> = {};
  for (const [what, word] of Object.entries(words)) {
    for (const [kind, page] of Object.entries(PAGES)) {
      const times: number[] = [];
      let rows = 0;
      for (let round = 0; round < TIMES; round += 1) {
        const query = { search: word(), ...page };
        const begun = performance.now();
        rows = (await api('listUsers', { query })).items.length;
        times.push(performance.now() - begun);
      }
      times.sort((one, other) => one - other);
      const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
      timings[`${what}, ${kind}`] = { p50: at(0.5), p95: at(0.95), rows };
    }
  }
  return timings;
}

const postgresql = values.database === 'sqlite' ? undefined : await startDurablePostgresql();
const kinds = [
  ...(values.database === 'postgresql' ? [] : [{ label: 'SQLite', fresh: freshSqlite }]),
  ...(postgresql ? [{ label: 'PostgreSQL', fresh: () => freshPostgresql(postgresql.url) }] : []),
];
try {
  for (const { label, fresh } of kinds) {
    const database = await fresh();
    const deployment = await deploy(database);
    const stored = await openDatabase(database.location);
    const took = await fill(stored.db);
    if (database.location.kind === 'postgresql') await sql`vacuum analyze`.execute(stored.db);
    await stored.close();
    try {
      const timings = await measure(deployment);
      console.log(
        `\n${label}, ${ROWS} users with a token each: ${took.users.toFixed(0)} s, their words ${took.words.toFixed(0)} s`,
      );
      console.table(timings);
    } finally {
      await deployment.stop();
      await database.drop();
    }
  }
} finally {
  await postgresql?.stop();
}
