/**
 * `npm run bench`: what the machine can do, what the server does of it, and what memory that takes.
 *
 * Measures and prints; no number here is a test. Servers listen on the loopback interface and end with the bench.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';
import { RADIUS_OPTIONS, radiusPort } from '../harness/radius/client.ts';
import type { Connections } from './connection.ts';
import { type BenchCertificate, benchCertificate, type Floor, measureFloor } from './floor.ts';
import { freeradiusLimits } from './freeradius.ts';
import { postgresqlLimit, rsaLimit, sqliteLimit } from './limits.ts';
import { type BenchResult, labelOf, renderReport, type ScenarioResult, type Variant } from './report.ts';
import { footprint, LOADS, medianRound, type Round, runRound } from './scenario.ts';
import { type RunLoad, renderMinute, type SoakMinute, soak } from './soak.ts';
import { openSupply, PROFILE, type Supply } from './supply.ts';

const HELP = `npm run bench -- [options]
  --quick              one short round each
  --json               the result as JSON
  --processes LIST     numbers of server processes, such as 1,2,4 (default 1,2)
  --in-flight LIST     requests over HTTPS at once, for each process, such as 1,4,32 (default 32)
  --users LIST         how many users with a token each stand in the database before, such as 1000,170000,1000000 (default 0)
  --connections LIST   kept, new (each with a full handshake) or resumed, one connection for each request (default kept)
  --certificate KIND   its key: rsa (default, 2048 bits, as Sower makes one for itself) or ecdsa (P-256)
  --soak MINUTES       instead: exchanges, REST and RADIUS at once at half of their rates, a line of memory and p99 each minute
  --only NAME          only what has this in its name, such as "exchanges" or "verifications, SQLite"
  --cpu-profile DIR    the servers write CPU profiles there when they stop
  --perf               the servers name their functions for Linux perf, such as perf record -g -p PID`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    processes: { type: 'string', default: '1,2' },
    'in-flight': { type: 'string', default: '32' },
    users: { type: 'string', default: '0' },
    connections: { type: 'string', default: 'kept' },
    certificate: { type: 'string', default: 'rsa' },
    soak: { type: 'string', default: '0' },
    'cpu-profile': { type: 'string' },
    perf: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const IN_FLIGHT = options['in-flight'].split(',').map(Number);
const USERS = options.users.split(',').map(Number);
/** To be put in. */
const USERS_PER_SECOND = 2_000;
const CONNECTIONS = options.connections.split(',') as Connections[];
if (!['rsa', 'ecdsa'].includes(options.certificate)) {
  console.error('--certificate is rsa or ecdsa.');
  process.exit(2);
}
const KEY_KIND = options.certificate === 'ecdsa' ? 'ecdsa' : 'rsa';
/** A gateway has many logging on at once, and each request costs little. */
const RADIUS_IN_FLIGHT = 128;
const RADIUS_SECRET = 'secret-of-the-bench-0123456789';
const EFFORT = options.quick
  ? { limitRuns: 1, warmSeconds: 0.4, rounds: 1, seconds: 1.2 }
  : { limitRuns: 3, warmSeconds: 4, rounds: 3, seconds: 3.5 };
const LIMIT_SECONDS = 1;
/** Of one round; a round that uses them up ends early. */
const MAX_CODES = 10_000;
const MAX_TOKENS = 8_000;
const PROFILING = [
  ...(options['cpu-profile'] ? ['--cpu-prof', `--cpu-prof-dir=${options['cpu-profile']}`] : []),
  ...(options.perf ? ['--perf-basic-prof'] : []),
];
const PROCESSES = options.processes.split(',').map(Number);
const SOAK_MINUTES = Number(options.soak);
const VARIANTS = IN_FLIGHT.length * CONNECTIONS.length;
/** However slow the machine: nothing is left running. */
const DEADLINE_SECONDS =
  (options.quick ? 90 : 240) * (1 + PROCESSES.length * VARIANTS * USERS.length) +
  SOAK_MINUTES * 120 +
  (2 * PROCESSES.length * USERS.reduce((sum, users) => sum + users, 0)) / USERS_PER_SECOND;

const cores = availableParallelism();
const ends: (() => Promise<unknown> | unknown)[] = [];
let ending: Promise<void> | undefined;
const end = (): Promise<void> => {
  ending ??= (async () => {
    for (const one of ends.reverse()) await one();
  })();
  return ending;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void end().finally(() => process.exit(1)));
}
const deadline = setTimeout(() => {
  console.error(`The bench did not end within ${DEADLINE_SECONDS} s.`);
  void end().finally(() => process.exit(1));
}, DEADLINE_SECONDS * 1000);

try {
  const result = await bench();
  console.log(options.json ? JSON.stringify(result, null, 2) : renderReport(result));
  const failure = [
    ...result.scenarios.flatMap(({ rounds, atHalf }) => [...rounds, atHalf]),
    ...(result.soak ?? []),
  ].find(({ failed }) => failed > 0)?.failure;
  if (failure !== undefined) {
    console.error(`Not everything succeeded, such as: ${failure}`);
    process.exitCode = 1;
  }
} finally {
  clearTimeout(deadline);
  await end();
}

async function bench(): Promise<BenchResult> {
  say('limits of the machine');
  const rsa2048 = await best(
    () => rsaLimit(LIMIT_SECONDS),
    ({ perSecond }) => perSecond,
  );
  const sqlite = await best(
    () => sqliteLimit(LIMIT_SECONDS),
    (perSecond) => perSecond,
  );
  const server = await startDurablePostgresql();
  if (server) ends.push(() => server.stop());
  const postgresql =
    server &&
    (await best(
      () => postgresqlLimit(server.url, LIMIT_SECONDS),
      (perSecond) => perSecond,
    ));
  const freeradius = 'radius'.includes(options.only.split(',')[0] as string)
    ? await freeradiusLimits(RADIUS_IN_FLIGHT, EFFORT.seconds)
    : undefined;
  say('the floor');
  const certificate = await benchCertificate(KEY_KIND);
  const floors = new Map<number, Floor>();
  for (const inFlight of IN_FLIGHT)
    floors.set(
      inFlight,
      await measureFloor({
        ...{ inFlight, radiusInFlight: RADIUS_IN_FLIGHT, seconds: EFFORT.seconds },
        ...{ connections: CONNECTIONS, certificate },
      }),
    );
  const limits = { rsa2048, sqlite, postgresql, freeradius, floors: Object.fromEntries(floors) };

  const given = KEY_KIND === 'rsa' ? undefined : filesOf(certificate);

  const databases = server ? (['SQLite', 'PostgreSQL'] as const) : (['SQLite'] as const);
  const plans = databases.flatMap((database) =>
    PROCESSES.flatMap((processes) => USERS.map((users) => ({ database, processes, users }))),
  );
  const scenarios: ScenarioResult[] = [];
  let residentIdle = Number.NaN;
  let soaked: SoakMinute[] | undefined;
  for (const { database, processes, users } of plans) {
    const chosen = LOADS.flatMap((load) => variantsOf(load, processes, users)).filter(
      ({ load, ...variant }) => labelOf({ load, database, ...variant }).includes(options.only),
    );
    if (chosen.length === 0) continue;
    const fresh = database === 'SQLite' ? await freshSqlite() : await freshPostgresql(server?.url as string);
    const deployment = await deploy(fresh, {
      workers: processes,
      // As by default, without --api-docs.
      described: false,
      arguments: [
        ...['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
        // Its own is RSA.
        ...(given ? ['--tls-certificate', given.cert, '--tls-key', given.key] : []),
      ],
      ...(given ? { ca: given.ca } : {}),
      env: { NODE_OPTIONS: PROFILING.join(' ') },
    });
    ends.push(fresh.drop, deployment.stop);
    if (options.perf) say(`process ${deployment.servers.map(({ child }) => child.pid).join(', ')}`);
    if (Number.isNaN(residentIdle)) residentIdle = (await footprint(deployment)).residentBytes / processes;
    const supply = await openSupply(deployment, fresh.location);
    ends.push(supply.close);
    if (users > 0) say(`${users} users, ${database}: put in`);
    for (let held = 0; held < users; held += MAX_TOKENS)
      await supply.tokens(Math.min(MAX_TOKENS, users - held));
    const run = await loadsOn(deployment, supply, rsa2048.perSecond);
    if (SOAK_MINUTES > 0) {
      say(`${SOAK_MINUTES} minutes of everything, ${database}`);
      soaked = await soak(deployment, run, SOAK_MINUTES, (minute) => console.error(renderMinute(minute)));
    }
    for (const { load, ...variant } of SOAK_MINUTES > 0 ? [] : chosen) {
      say(labelOf({ load, database, ...variant }));
      const limit = load === 'exchanges' ? rsa2048.perSecond : database === 'SQLite' ? sqlite : postgresql;
      const measured = await measure(
        deployment,
        (...[name, seconds, perSecond, together]) => run(name, seconds, perSecond, together, variant),
        load,
      );
      const median = medianRound(measured.rounds);
      const floor = floors.get(variant.inFlight) ?? floors.get(IN_FLIGHT[0] as number);
      scenarios.push({
        load,
        database,
        ...variant,
        ...measured,
        median,
        ratio: median.perSecond / (limit ?? Number.NaN),
        ofFloor:
          load === 'exchanges' ? undefined : median.serverCpu / (floor?.[load].serverCpu ?? Number.NaN),
      });
    }
    await supply.close();
    await deployment.stop();
    await fresh.drop();
    ends.splice(-3);
    if (soaked) break;
  }
  return {
    machine: {
      ...{ cores, model: cpus()[0]?.model ?? '', node: process.version, folder: tmpdir() },
      certificate: KEY_KIND,
    },
    radiusInFlight: RADIUS_IN_FLIGHT,
    limits,
    residentIdle,
    scenarios,
    soak: soaked,
  };
}

function filesOf(certificate: BenchCertificate): BenchCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'sower-bench-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const written = (name: keyof BenchCertificate): string => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, certificate[name]);
    return file;
  };
  return { cert: written('cert'), key: written('key'), ca: written('ca') };
}

/** A limit is what the machine can do when nothing disturbs it: the best of some runs. */
async function best<T>(run: () => Promise<T> | T, rate: (value: T) => number): Promise<T> {
  let found = await run();
  for (let count = 1; count < EFFORT.limitRuns; count += 1) {
    const next = await run();
    if (rate(next) > rate(found)) found = next;
  }
  return found;
}

async function measure(
  deployment: Deployment,
  run: RunLoad,
  load: ScenarioResult['load'],
): Promise<Pick<ScenarioResult, 'rounds' | 'atHalf' | 'resident'>> {
  // Each process compiles what it runs often by itself.
  await run(load, EFFORT.warmSeconds * deployment.workers);
  const resident = [(await footprint(deployment)).residentBytes];
  const rounds: Round[] = [];
  for (let count = 0; count < EFFORT.rounds; count += 1) {
    rounds.push(await run(load, EFFORT.seconds));
    resident.push((await footprint(deployment)).residentBytes);
  }
  // How long one waits on an ordinary day, which the top rate does not say: after it, the audit trail is behind for a while.
  await trailIsLinked(deployment);
  const atHalf = await run(load, EFFORT.seconds, medianRound(rounds).perSecond / 2);
  resident.push((await footprint(deployment)).residentBytes);
  return { rounds, atHalf, resident };
}

/** However long the rounds at the top rate have left it behind, within reason. */
async function trailIsLinked(deployment: Deployment): Promise<void> {
  for (let looks = 0; looks < 60; looks += 1) {
    const unlinked = /^sower_audit_unlinked(?:\{[^}]*\})? (\d+)$/m.exec(await deployment.metrics(0))?.[1];
    if (unlinked === '0') return;
    await wait(500);
  }
}

/** As many in flight for each process. */
function variantsOf(
  load: ScenarioResult['load'],
  processes: number,
  users: number,
): (Variant & Pick<ScenarioResult, 'load'>)[] {
  if (load === 'radius') return [{ load, processes, users, inFlight: RADIUS_IN_FLIGHT, connections: 'kept' }];
  return IN_FLIGHT.flatMap((inFlight) =>
    CONNECTIONS.map((connections) => ({ load, processes, users, inFlight, connections })),
  );
}

type RunVariant = (
  load: Parameters<RunLoad>[0],
  seconds: number,
  perSecond?: number,
  together?: Parameters<RunLoad>[3],
  variant?: Variant,
) => ReturnType<RunLoad>;

async function loadsOn(deployment: Deployment, supply: Supply, rsaPerSecond: number): Promise<RunVariant> {
  const targets = deployment.servers.map(({ port }) => ({ port, ca: deployment.ca }));
  const { settings } = await deployment.api('getSettings', {});
  await deployment.api('addRadiusClient', {
    body: { name: 'bench', network: '127.0.0.1', secret: RADIUS_SECRET },
  });
  const verifications = async (seconds: number) => ({
    tokens: await supply.tokens(Math.ceil(MAX_TOKENS * Math.min(1, seconds / EFFORT.seconds))),
    intervalSeconds: PROFILE.interval,
    digits: PROFILE.digits,
    window: settings['verify.window'],
  });
  return async (load, seconds, perSecond, together, variant) => {
    const pace = { seconds, perSecond };
    const inFlight = (variant?.inFlight ?? (IN_FLIGHT[0] as number)) * deployment.workers;
    const https = { ...pace, targets, inFlight, connections: variant?.connections ?? ('kept' as const) };
    if (load === 'exchanges') {
      // No faster than RSA, so there are always enough.
      const codes = await supply.codes(Math.min(MAX_CODES, Math.ceil(rsaPerSecond * seconds)));
      return runRound(deployment, { kind: load, ...https, codes }, cores, together);
    }
    const tokens = await verifications(seconds);
    if (load === 'verifications')
      return runRound(
        deployment,
        { kind: load, ...https, apiKey: deployment.apiKey, ...tokens },
        cores,
        together,
      );
    const radius = {
      targets: deployment.servers.map((one) => ({ port: radiusPort(one, 'authentication') })),
      inFlight: RADIUS_IN_FLIGHT,
      secret: RADIUS_SECRET,
    };
    return runRound(deployment, { kind: load, ...pace, ...radius, ...tokens }, cores, together);
  };
}

/** Progress goes to the error stream: the output is the result. */
function say(what: string): void {
  console.error(`measuring ${what} …`);
}
