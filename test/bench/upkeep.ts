/**
 * What an operator does with a million tokens while two servers work: a backup, looking whether it can be restored, restoring it, and a change
 * of the master key while servers are killed. How long it takes, how large it is, and what whoever authenticates waits.
 *
 * `node test/bench/upkeep.ts [--rows N] [--kills N] [--database sqlite|postgresql]`. Prints figures; judges nothing, but ends with an error if a
 * used code is accepted after a restore, if an authentication is refused, or if a seal does not open with the new key alone.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type DataKeys, masterKeyOf, openKeys } from '@sower/server/keys/seal/key-ring';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing } from '@sower/server/keys/seal/sealing';
import { openDatabase } from '@sower/server/store/db/open';
import { readDataKeys } from '@sower/server/store/keys/data-keys';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type Deployment, deploy, type ServerProcess } from '../harness/deployment.ts';
import { type FreshDatabase, freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { sower } from '../harness/jobs/command.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';
import { codeOf, openSupply } from './supply.ts';
import type { VerifyToken } from './verifications.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '20' },
    database: { type: 'string' },
  },
});
const ROWS = Number(values.rows);
const KILLS = Number(values.kills);
const STEP = 50_000;
/** Between two of an authenticating client, milliseconds. */
const PAUSE = 20;
const CLIENTS = 4;
const IDLE_SECONDS = 20;

type Used = { readonly userId: string; readonly passcode: string };
type Heard = { readonly times: number[]; readonly results: Map<string, number>; readonly used: Used[] };

const secondsSince = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1);
const at = (times: readonly number[], share: number): string =>
  (times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? 0).toFixed(1);
const said = ({ times, results }: Heard): string =>
  `authenticate p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, longest ${at(times, 1 - 1e-9)} ms; ${JSON.stringify(Object.fromEntries(results))}`;

/** Each call with the code of another token, at whichever server is there. */
function clients(deployment: Deployment, tokens: Iterator<VerifyToken>, alive: ReadonlySet<number>) {
  const heard: Heard = { times: [], results: new Map(), used: [] };
  let over = false;
  const one = async (client: number): Promise<void> => {
    for (let count = client; !over; count += 1) {
      const { value: token, done } = tokens.next();
      if (done) return;
      const server = [...alive][count % alive.size] ?? 0;
      const body = { userId: token.userId, passcode: codeOf(token) };
      const begun = performance.now();
      let result: string;
      try {
        ({ result } = await deployment.apiOf(server)('authenticate', { body }));
        heard.times.push(performance.now() - begun);
        heard.used.push(body);
      } catch (error) {
        // What was on its way to a server that was killed is not known.
        result = alive.has(server) ? String((error as Error).message) : 'killed';
      }
      heard.results.set(result, (heard.results.get(result) ?? 0) + 1);
      await wait(PAUSE);
    }
  };
  const running = Promise.all(Array.from({ length: CLIENTS }, (_, client) => one(client)));
  return async (): Promise<Heard> => {
    over = true;
    await running;
    return heard;
  };
}

async function ran(...args: Parameters<typeof sower>): Promise<string> {
  const { status, stdout, stderr } = await sower(...args);
  if (status !== 0) throw new Error(`sower ${args[0].join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

const keyIn = (file: string): Uint8Array => new Uint8Array(Buffer.from(readFileSync(file, 'utf8'), 'base64'));

/** @returns how many seeds each of the two keys opens */
async function seedsOpened({ location }: FreshDatabase, first: Uint8Array, second: Uint8Array) {
  const { db, close } = await openDatabase(location);
  const { keys, wraps } = await readDataKeys(db);
  const ring = (await openKeys(masterKeyOf(second), keys, wraps)) as DataKeys;
  const random = (length: number): Uint8Array => new Uint8Array(length);
  const opened = [0, 0, 0];
  const seals = [sealing(() => ring, random), sealing(first, random)];
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('seeds')
      .select(['id', 'sealed'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(5_000)
      .execute();
    for (const { id, sealed } of rows)
      for (const [place, seal] of seals.entries())
        try {
          seal.open(aadOf('seeds.sealed', id), sealed);
          opened[place] = (opened[place] ?? 0) + 1;
        } catch {
          // Not with this one.
        }
    opened[2] = (opened[2] ?? 0) + rows.length;
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  await close();
  return { all: opened[2], withNew: opened[0], withOld: opened[1] };
}

async function measure(kind: string, fresh: () => Promise<FreshDatabase>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-upkeep-'));
  const recipients: Record<string, string> = {};
  for (const name of ['data', 'vault']) {
    const identity = await generateX25519Identity();
    recipients[name] = await identityToRecipient(identity);
    writeFileSync(join(folder, `${name}.key`), `${identity}\n`);
  }
  const identities = ['data', 'vault'].flatMap((name) => ['--identity', join(folder, `${name}.key`)]);
  const database = await fresh();
  const deployment = await deploy(database, {
    processes: 2,
    described: false,
    arguments: [
      ...['--wrong-codes', '1000000', '--backup-folder', folder],
      ...['--backup-recipients', recipients.data as string],
      ...['--backup-key-recipient', recipients.vault as string],
    ],
  });
  const supply = await openSupply(deployment, database.location);
  const say = (text: string): void => console.log(`${kind}: ${text}`);
  try {
    let begun = performance.now();
    const tokens: VerifyToken[] = [];
    while (tokens.length < ROWS) tokens.push(...(await supply.tokens(Math.min(STEP, ROWS - tokens.length))));
    say(`${ROWS} tokens made in ${secondsSince(begun)} s`);
    const next = tokens.values();
    const alive = new Set([0, 1]);

    const idle = clients(deployment, next, alive);
    await wait(IDLE_SECONDS * 1000);
    const quiet = await idle();
    say(`idle: ${said(quiet)}`);

    begun = performance.now();
    const beside = clients(deployment, next, alive);
    let made: { name?: string } = {};
    while (made.name === undefined) {
      // The first one by the schedule may be on its way.
      made = JSON.parse((await sower(['backup', '--data', deployment.dataFolder, '--json'])).stdout);
      if (made.name === undefined) await wait(200);
    }
    const heard = await beside();
    const file = join(folder, made.name);
    const megabytes = (statSync(file).size / 1e6).toFixed(0);
    say(`backup: ${secondsSince(begun)} s, ${megabytes} MB; ${said(heard)}`);

    begun = performance.now();
    const verified = await ran(['backup', 'verify', file, ...identities]);
    say(
      `backup verify: ${secondsSince(begun)} s; ${verified.split('\n').find((line) => /sealed values/.test(line))}`,
    );

    const place = await fresh();
    const dataFolder = mkdtempSync(join(folder, 'restored-'));
    const where = ['--data', dataFolder, '--database', place.option];
    begun = performance.now();
    await ran(['restore', file, ...identities, ...where]);
    say(`restore: ${secondsSince(begun)} s`);
    await ran(['api-key', 'recover', ...where]);
    const elsewhere = await deploy(place, { dataFolder, described: false });
    const used = [...quiet.used.slice(-500), ...heard.used.slice(-500)];
    let again = 0;
    for (const body of used)
      if ((await elsewhere.api('authenticate', { body })).result === 'accepted') again += 1;
    say(`of ${used.length} codes used before and during the backup, ${again} are accepted after it`);
    if (again > 0) throw new Error('a used code was accepted');
    await elsewhere.stop();
    await place.drop();

    const first = keyIn(join(deployment.dataFolder, 'master.key'));
    const here = ['--data', deployment.dataFolder, '--database', database.option];
    begun = performance.now();
    const during = clients(deployment, next, alive);
    await ran(['key', 'rotate', 'master', '--no-wait', ...here]);
    const states: string[] = [];
    let kills = 0;
    for (;;) {
      const { state, masters } = JSON.parse(await ran(['key', 'status', '--json', ...here])) as {
        state: string;
        masters: unknown[];
      };
      if (!states.at(-1)?.startsWith(state)) states.push(`${state} at ${secondsSince(begun)} s`);
      if (state === 'overlap' && masters.length === 1) break;
      if (kills < KILLS) {
        const index = 1 - (kills % 2);
        kills += 1;
        const { port } = deployment.servers[index] as ServerProcess;
        alive.delete(index);
        await (deployment.servers.findLast((server) => server.port === port) as ServerProcess).kill(
          'SIGKILL',
        );
        await deployment.start(port);
        alive.add(index);
      }
      await wait(500);
    }
    const rotated = await during();
    say(`master key: ${secondsSince(begun)} s, ${states.join(', ')}, ${kills} kills; ${said(rotated)}`);
    const refused = [...rotated.results.keys()].filter(
      (result) => !['accepted', 'challenge', 'killed'].includes(result),
    );
    if (refused.length > 0) throw new Error(`refused: ${refused}`);
    const opened = await seedsOpened(database, first, keyIn(join(deployment.dataFolder, 'master.key')));
    say(`${opened.all} seeds: ${opened.withNew} open with the new key, ${opened.withOld} with the old one`);
    if (opened.withNew !== opened.all || opened.withOld !== 0) throw new Error('a seal was left behind');
  } finally {
    await supply.close();
    await deployment.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.database !== 'postgresql') await measure('SQLite', () => freshSqlite());
if (values.database !== 'sqlite') {
  const postgresql = await startDurablePostgresql();
  if (postgresql) {
    try {
      await measure('PostgreSQL', () => freshPostgresql(postgresql.url));
    } finally {
      await postgresql.stop();
    }
  }
}
