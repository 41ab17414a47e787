/**
 * A trail of two years: how quick figures are added up from it, how long those wait who look at Home, Reporting and the audit log, how quick
 * retention takes its older half away, proven and archived, and the rest is verified; and what whoever authenticates meanwhile waits.
 *
 * `node test/bench/audit-trail.ts [ROWS [sqlite|postgresql [PROFILES]]]`. Prints figures; judges nothing. CPU is that of the
 * server's process: it can be compared on a busy machine, rates cannot.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@sower/server/store/db/open';
import type { Database } from '@sower/server/store/schema/schema';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { type FreshDatabase, freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { addPeople } from '../harness/jobs/many-people.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';
import { fillTrail } from './audit-trail-rows.ts';

const ROWS = Number(process.argv[2] ?? 200_000);
const KIND = process.argv[3];
/** A folder for profiles of the server. */
const PROFILE = process.argv[4];
const DOMAINS = 10;
const PEOPLE = 20_000;
const TIMES = 40;
const KEPT_DAYS = 365;
/** Between two of an authenticating client, milliseconds. */
const PAUSE = 150;

const ms = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
const rate = (rows: number, seconds: number): string =>
  `${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s`;
const percentiles = (times: readonly number[]): string => {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): string => ms(sorted[Math.floor(sorted.length * part)] ?? 0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${ms(sorted.at(-1) ?? 0)} ms (${sorted.length} calls)`;
};
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
};

/** Megabytes. */
const memoryOf = (deployment: Deployment, line: 'VmRSS' | 'VmHWM'): number => {
  const status = readFileSync(`/proc/${deployment.servers.at(-1)?.child.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
};

const TICKS_PER_SECOND = 100;
/** Seconds that the server's process has used so far. */
const cpuOf = (deployment: Deployment): number => {
  const stat = readFileSync(`/proc/${deployment.servers.at(-1)?.child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

/** Does it while somebody authenticates with a wrong passcode, and says what both took. */
async function beside(deployment: Deployment, rows: number, what: string, work: () => Promise<unknown>) {
  const times: number[] = [];
  let ended = false;
  const client = (async () => {
    while (!ended) {
      const begun = performance.now();
      await deployment.api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
      times.push(performance.now() - begun);
      await sleep(PAUSE);
    }
  })();
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, memoryOf(deployment, 'VmRSS'));
  }, 100);
  const before = memoryOf(deployment, 'VmRSS');
  const used = cpuOf(deployment);
  let took = 0;
  try {
    took = await seconds(work);
  } finally {
    ended = true;
    clearInterval(look);
    await client;
  }
  const cpu = cpuOf(deployment) - used;
  say(
    `${what}: ${rows === 0 ? `${took.toFixed(1)} s` : `${rate(rows, took)}, CPU ${((cpu / rows) * 1e6).toFixed(0)} µs a row`}; memory ${before} to ${most} MB; authenticate ${percentiles(times)}`,
  );
}

async function sizeOf(db: Database, { location }: FreshDatabase): Promise<string> {
  const gb = (octets: number): string => `${(octets / 1e9).toFixed(3)} GB`;
  if (location.kind === 'sqlite') {
    const { rows } = await sql<{ free: number }>`
      select freelist_count * page_size as free from pragma_freelist_count, pragma_page_size`.execute(db);
    const size = (end: string): number =>
      statSync(`${location.file}${end}`, { throwIfNoEntry: false })?.size ?? 0;
    return `file ${gb(size(''))}, of which free ${gb(rows[0]?.free ?? 0)}; WAL ${gb(size('-wal'))}`;
  }
  const { rows } = await sql<{ name: string; size: string }>`
    select name, pg_total_relation_size(name::regclass) as size
    from unnest(array['audit', 'audit_chain', 'audit_unlinked', 'figures']) as name`.execute(db);
  return rows.map(({ name, size }) => `${name} ${gb(Number(size))}`).join(', ');
}

async function look(
  { api }: Deployment,
  db: Database,
  userIds: readonly string[],
  serial: string,
): Promise<void> {
  const asks: Record<string, () => Promise<unknown>> = {
    'Home: statistics': () => api('getStatistics', {}),
    ...Object.fromEntries(
      (['day', 'week', 'month', 'quarter', 'year'] as const).flatMap((range) => [
        [`logons, ${range}`, () => api('getLogOnFigures', { query: { range } })],
        [`distributions, ${range}`, () => api('getDistributionFigures', { query: { range } })],
        [`tokens, ${range}`, () => api('getTokenFigures', { query: { range } })],
        [`clients, ${range}`, () => api('getClientFigures', { query: { range } })],
      ]),
    ),
    'audit log: first page': () => api('listAudit', {}),
    'audit log: first page and facets': () => api('listAudit', { query: { facets: 'true' } }),
    'audit log: refused, with facets': () =>
      api('listAudit', { query: { result: 'refused', facets: 'true' } }),
    'audit log: a week a year ago, with facets': () =>
      api('listAudit', {
        query: {
          since: new Date(Date.now() - 372 * 86_400_000).toISOString(),
          until: new Date(Date.now() - 365 * 86_400_000).toISOString(),
          facets: 'true',
        },
      }),
    'audit log: one user and the user’s tokens': () =>
      api('listAudit', { query: { user: userIds[Math.floor(Math.random() * userIds.length)] as string } }),
    'audit log: one token': () => api('listAudit', { query: { object: `token:${serial}` } }),
    'audit log: authentications, as a monitor shows them': () =>
      api('listAudit', { query: { about: 'authentication', facets: 'true' } }),
    'report: failed logons': () => api('getAuditReport', { params: { report: 'failed-log-ons' } }),
    'report: changes of policies': () => api('getAuditReport', { params: { report: 'policy-changes' } }),
    'report: tokens': () => api('getTokenReport', { params: { report: 'tokens' } }),
  };
  for (const [what, ask] of Object.entries(asks)) {
    const times: number[] = [];
    const end = performance.now() + 20_000;
    while (times.length < TIMES && performance.now() < end) times.push((await seconds(ask)) * 1000);
    say(`  ${what}: ${percentiles(times)}`);
  }
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from figures`.execute(db);
  say(`  ${rows[0]?.rows} rows of figures`);
}

async function measure(kind: string, database: FreshDatabase): Promise<void> {
  say(`${kind}, ${ROWS} audit rows of two years`);
  const archives = mkdtempSync(join(tmpdir(), 'sower-archives-'));
  const recipient = async () => identityToRecipient(await generateX25519Identity());
  const deployment = await deploy(database, {
    arguments: [
      ...['--wrong-codes', '1000000', '--backup-folder', archives],
      ...['--backup-recipients', await recipient(), '--backup-key-recipient', await recipient()],
    ],
    ...(PROFILE === undefined ? {} : { env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${PROFILE}` } }),
  });
  const stored = await openDatabase(database.location);
  const { api } = deployment;
  const people = { userIds: [] as string[], serials: [] as string[] };
  try {
    for (let number = 0; number < DOMAINS; number += 1) {
      const { id } = await api('addSecurityDomain', { body: { name: `part ${number}` } });
      const { path: domain } = await stored.db
        .selectFrom('security_domains')
        .select('path')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const added = await addPeople(stored.db, `p${number}-`, PEOPLE / DOMAINS, { domain });
      people.userIds.push(...added.userIds);
      people.serials.push(...added.serials);
    }
    // The first backup is made at once.
    while (readdirSync(archives).length === 0) await sleep(500);
    await sleep(1_000);
    const [first] = deployment.servers;
    await first?.kill('SIGTERM');
    const written = await seconds(() =>
      fillTrail(database.location, deployment.dataFolder, people, ROWS, (done) => {
        if (done % 1_000_000 === 0) say(`  ${done} written`);
      }),
    );
    say(`written: ${rate(ROWS, written)}; ${await sizeOf(stored.db, database)}`);
    await deployment.start(first?.port);

    const waiting = async (): Promise<number> => {
      const { rows } = await sql<{ waiting: number }>`
        select (select max(seq) from audit_chain) - coalesce((select position from figure_cursors where id = 'audit'), 0)
          as waiting`.execute(stored.db);
      return Number(rows[0]?.waiting);
    };
    await beside(deployment, ROWS, 'figures added up', async () => {
      while ((await waiting()) > 200) await sleep(200);
    });
    await sleep(10_000);
    await beside(deployment, 0, 'nothing', () => sleep(20_000));
    await look(deployment, stored.db, people.userIds, people.serials[0] as string);
    await beside(deployment, ROWS, 'searched for an address of which there is none', () =>
      api('listAudit', { query: { source: '192.0.2.1' } }),
    );
    const verify = async (): Promise<void> => {
      const { intact, rows, detail } = await api('verifyAudit', {});
      say(`  ${intact ? 'intact' : 'NOT INTACT'}, ${rows} rows: ${detail}`);
    };
    await beside(deployment, ROWS, 'verified', verify);

    const { version } = await api('getSettings', {});
    await api('editSettings', { ifMatch: version, body: { 'retention.auditDays': KEPT_DAYS } });
    const server = deployment.servers.at(-1);
    await beside(deployment, Math.round((ROWS * (730 - KEPT_DAYS)) / 730), 'retention', async () => {
      await api('runRetention', {});
      while (!server?.output().includes('old rows were deleted')) await sleep(200);
    });
    say(`  ${/[^\n]*old rows were deleted[^\n]*/.exec(server?.output() ?? '')?.[0]}`);
    const files = readdirSync(archives).filter((name) => name.includes('audit'));
    const size = files.reduce((sum, name) => sum + statSync(join(archives, name)).size, 0);
    say(`  ${files.length} archives, ${(size / 1e6).toFixed(1)} MB; ${await sizeOf(stored.db, database)}`);
    await beside(
      deployment,
      ROWS - Math.round((ROWS * (730 - KEPT_DAYS)) / 730),
      'verified after it',
      verify,
    );
    say(`memory of the server, most: ${memoryOf(deployment, 'VmHWM')} MB`);
    const altered = await api('listAudit', { query: { action: 'audit.altered' } });
    if (altered.items.length > 0) say(`ALTERED: ${JSON.stringify(altered.items[0])}`);
  } finally {
    await stored.close();
    await deployment.stop();
    await database.drop();
    rmSync(archives, { recursive: true, force: true });
  }
}

if (KIND !== 'postgresql') await measure('SQLite', await freshSqlite());
if (KIND !== 'sqlite') {
  const postgresql = await startDurablePostgresql();
  if (postgresql) {
    try {
      await measure('PostgreSQL', await freshPostgresql(postgresql.url));
    } finally {
      await postgresql.stop();
    }
  }
}
