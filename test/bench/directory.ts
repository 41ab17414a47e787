/**
 * How long a server takes for a run of a directory beside a plain ldapsearch of the same entries, and what it holds in memory, on both
 * databases. `node test/bench/directory.ts [ENTRIES [sqlite|postgresql]]`. Prints figures; judges nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Attribute, Change } from 'ldapts';
import { addSlapdSource, runSource } from '../harness/browser/console-sources.ts';
import { deploy } from '../harness/deployment.ts';
import { PEOPLE, personLdif, ROOT, ROOT_PASSWORD, startSlapd } from '../harness/directory/slapd.ts';
import { freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';

const ENTRIES = Number(process.argv[2] ?? 200_000);
const only = process.argv[3];
const postgresql = only === 'sqlite' ? undefined : await startDurablePostgresql();
const KINDS = [
  ...(only === 'postgresql' ? [] : [{ name: 'SQLite', fresh: () => freshSqlite() }]),
  ...(postgresql ? [{ name: 'PostgreSQL', fresh: () => freshPostgresql(postgresql.url) }] : []),
];
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

const slapd = await startSlapd({
  ldif: Array.from({ length: ENTRIES }, (_, index) =>
    personLdif({
      uid: `user${index}`,
      sn: `Name${index}`,
      givenName: 'Given',
      mail: `user${index}@example.com`,
      // All but the last long ago: what was changed in the ten minutes before the latest is always read again.
    }).replace(/\n\n$/, index === ENTRIES - 1 ? '\n\n' : '\nmodifyTimestamp: 20200101000000Z\n\n'),
  ).join(''),
  global: ['sizelimit unlimited'],
});
const search = (): string => {
  const begun = performance.now();
  const { stdout } = spawnSync(
    'ldapsearch',
    [
      '-x',
      '-LLL',
      '-E',
      'pr=500/noprompt',
      '-H',
      slapd.url.replace('localhost', '127.0.0.1'),
      '-D',
      ROOT,
      '-w',
      ROOT_PASSWORD,
      '-b',
      PEOPLE,
      '(objectClass=inetOrgPerson)',
      'entryUUID',
      'uid',
      'givenName',
      'sn',
      'mail',
      'telephoneNumber',
      'pwdAccountLockedTime',
    ],
    { maxBuffer: 2 ** 30 },
  );
  return `ldapsearch: ${seconds(begun)} s, ${stdout.length} octets`;
};
console.log(search());
console.log(search());
for (const kind of KINDS) {
  const database = await kind.fresh();
  const deployment = await deploy(database, { described: false });
  const resident = (): number => {
    const status = readFileSync(`/proc/${deployment.servers[0]?.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const id = await addSlapdSource(deployment, slapd, { name: 'bench', base: PEOPLE });
  const one = async (what: string, options: Parameters<typeof runSource>[2]) => {
    const before = resident();
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, resident());
    }, 50);
    const begun = performance.now();
    const run = await runSource(deployment, id, options, 900);
    clearInterval(timer);
    const memory = `resident ${Math.round(before)} MB before, ${Math.round(most)} at most`;
    console.log(
      `${kind.name} ${what}: ${seconds(begun)} s, ${run.state}, read ${run.read}, done ${run.done}; ${memory}`,
    );
  };
  await one('preview of all new', { preview: true });
  await one('run of all new', {});
  await one('run of nothing new', {});
  for (let index = 0; index < 100; index += 1)
    await slapd.client.modify(`uid=user${index},${PEOPLE}`, [
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'sn', values: [`Changed${kind.name}`] }),
      }),
    ]);
  await one('delta of 100', { mode: 'delta' });
  await deployment.stop();
  await database.drop();
}
await slapd.stop();
await postgresql?.stop();
