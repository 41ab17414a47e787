/**
 * A million users and tokens, and how long people wait who look among them: search, page, statistics, over the API.
 *
 * `node test/bench/searches/million.ts [--rows N] [--database sqlite|postgresql] [--markdown]`. Prints times; judges nothing.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../../harness/fresh-database.ts';
import { startDurablePostgresql } from '../../harness/postgresql.ts';
import { fill, name } from './million-rows.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    database: { type: 'string' },
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
  },
});
const ROWS = Number(values.rows);
const TIMES = 40;
type Timing = { readonly what: string; readonly p50: number; readonly p95: number; readonly rows: number };

async function measure(deployment: Deployment): Promise<Timing[]> {
  const { api } = deployment;
  const { key } = await api('addApiKey', {
    body: { name: 'below', permissions: ['users:view', 'tokens:view'], securityDomain: 'thousandth' },
  });
  /** As somebody who works in a small domain only. */
  const below = deployment.apiOf(0, key);
  const serial = (): string => String(100_000_001 + randomInt(ROWS)).padStart(12, '0');
  const assigned = await api('listTokens', {
    query: { serialFrom: serial(), assigned: 'true', limit: TIMES },
  });
  const holder = (): string => assigned.items[randomInt(assigned.items.length)]?.userId ?? '';
  const asks: Record<string, () => Promise<{ items: readonly unknown[]; next?: string | undefined }>> = {
    'tokens: first page': () => api('listTokens', {}),
    'tokens: a page in the middle': () =>
      api('listTokens', { query: { cursor: Buffer.from(serial()).toString('base64url') } }),
    'tokens: serial starts with': () => api('listTokens', { query: { serial: serial().slice(0, 9) } }),
    'tokens: serial equals': () => api('listTokens', { query: { serial: serial() } }),
    'tokens: serial contains 3 digits': () =>
      api('listTokens', { query: { serialContains: serial().slice(9) } }),
    'tokens: serial contains 5 digits': () =>
      api('listTokens', { query: { serialContains: serial().slice(7) } }),
    'tokens: serial contains digits of none': () =>
      api('listTokens', { query: { serialContains: '987654' } }),
    'tokens: last name begins with 3 letters': () =>
      api('listTokens', { query: { lastName: name().slice(0, 3) } }),
    'tokens: last name': () => api('listTokens', { query: { lastName: name() } }),
    'tokens: assigned': () => api('listTokens', { query: { assigned: 'true' } }),
    'tokens: unassigned': () => api('listTokens', { query: { assigned: 'false' } }),
    'tokens: assigned and disabled': () =>
      api('listTokens', { query: { assigned: 'true', enabled: 'false' } }),
    'tokens: lost': () => api('listTokens', { query: { lost: 'true' } }),
    'tokens: expired': () => api('listTokens', { query: { expired: 'true' } }),
    'tokens: expires before a day when none does': () =>
      api('listTokens', { query: { expiresBefore: '2025-01-01' } }),
    'tokens: distribution failed': () => api('listTokens', { query: { distribution: 'failed' } }),
    'tokens: distribution opened': () => api('listTokens', { query: { distribution: 'opened' } }),
    'tokens: distribution opened, iPhone': () =>
      api('listTokens', { query: { distribution: 'opened', profile: 'iPhone' } }),
    'tokens: code expired': () => api('listTokens', { query: { distribution: 'expired' } }),
    'tokens: distribution withdrawn, of which there is none': () =>
      api('listTokens', { query: { distribution: 'withdrawn' } }),
    'tokens: never distributed': () => api('listTokens', { query: { distribution: 'none' } }),
    'tokens: assigned and never distributed, of which there is none': () =>
      api('listTokens', { query: { distribution: 'none', assigned: 'true' } }),
    'tokens: a profile of which there is none': () => api('listTokens', { query: { profile: 'Nothing' } }),
    'tokens: a domain with half of them': () => api('listTokens', { query: { securityDomain: 'half' } }),
    'tokens: a domain with one in a thousand': () =>
      api('listTokens', { query: { securityDomain: 'thousandth' } }),
    'tokens: the disabled ones in that domain': () =>
      api('listTokens', { query: { securityDomain: 'thousandth', assigned: 'true', enabled: 'false' } }),
    'tokens: the failed ones in that domain': () =>
      api('listTokens', { query: { securityDomain: 'thousandth', distribution: 'failed' } }),
    'users: first page': () => api('listUsers', {}),
    'users: 2 letters': () => api('listUsers', { query: { search: name().slice(0, 2) } }),
    'users: last name': () => api('listUsers', { query: { search: name() } }),
    'users: nobody': () => api('listUsers', { query: { search: `x${name()}${randomInt(ROWS)}` } }),
    'users: in a domain with one in a thousand': () => below('listUsers', {}),
    'users: 2 letters, in that domain': () => below('listUsers', { query: { search: name().slice(0, 2) } }),
    'audit: latest': () => api('listAudit', {}),
    'audit: one token': () => api('listAudit', { query: { object: `token:${serial()}` } }),
    'audit: one who did little': () => api('listAudit', { query: { actor: 'administrator:rare' } }),
    'audit: an action of which there is none': () => api('listAudit', { query: { action: 'role.delete' } }),
    'audit: one user and the user’s tokens': () => api('listAudit', { query: { user: holder() } }),
    statistics: async () => ({ items: [await api('getStatistics', {})] }),
    'statistics of a domain with one in a thousand': async () => ({
      items: [await below('getStatistics', {})],
    }),
    'count: all tokens': async () => ({ items: [await api('countTokens', {})] }),
    'count: distribution failed': async () => ({
      items: [await api('countTokens', { query: { distribution: 'failed' } })],
    }),
  };
  const timings: Timing[] = [];
  for (const [what, ask] of Object.entries(asks)) {
    const times: number[] = [];
    let rows = 0;
    for (let round = 0; round < (/^(statistics|count)/.test(what) ? 10 : TIMES); round += 1) {
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

const postgresql = values.database === 'sqlite' ? undefined : await startDurablePostgresql();
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
      await fill(database.location, ROWS, (done) => {
        if (!values.json) process.stderr.write(`\r${done} of ${ROWS} `);
      });
      report[label] = await measure(deployment);
      if (values.json || values.markdown) continue;
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
if (values.markdown) console.log(table(report));

/** One line a question, the databases beside each other. */
function table(timings: Record<string, Timing[]>): string {
  const labels = Object.keys(timings);
  const ms = (timing: Timing | undefined): string =>
    timing ? `${timing.p50.toFixed(1)} / ${timing.p95.toFixed(1)}` : '';
  return [
    `| p50 / p95, milliseconds | ${labels.join(' | ')} |`,
    `| --- | ${labels.map(() => '---').join(' | ')} |`,
    ...(timings[labels[0] ?? ''] ?? []).map(
      ({ what }) =>
        `| ${what} | ${labels.map((label) => ms(timings[label]?.find((one) => one.what === what))).join(' | ')} |`,
    ),
  ].join('\n');
}
