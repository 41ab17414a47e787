/** The result of a bench, and the table that people read of it. */
import type { Connections } from './connection.ts';
import type { Floor } from './floor.ts';
import type { FreeradiusLimits } from './freeradius.ts';
import type { RsaLimit } from './limits.ts';
import { LOADS, type Load, type Round } from './scenario.ts';
import { renderMinute, type SoakMinute } from './soak.ts';

/** How a load is put on. */
export type Variant = {
  readonly processes: number;
  /** With a token each, in the database before; those of the load come in addition. */
  readonly users: number;
  /** Requests at once, for each process; for RADIUS in all. */
  readonly inFlight: number;
  readonly connections: Connections;
};

export const labelOf = ({
  load,
  database,
  processes,
  users,
  inFlight,
  connections,
}: Variant & Pick<ScenarioResult, 'load' | 'database'>): string =>
  [
    load,
    database,
    `${processes} process${processes === 1 ? '' : 'es'}`,
    ...(users === 0 ? [] : [`${users} users`]),
    ...(load === 'radius' ? [] : [`${inFlight} in flight`]),
    ...(connections === 'kept' ? [] : [`connections ${connections}`]),
  ].join(', ');

export type ScenarioResult = Variant & {
  readonly load: Load;
  readonly database: 'SQLite' | 'PostgreSQL';
  readonly rounds: readonly Round[];
  readonly median: Round;
  /** Open loop, at half of the median rate: each latency counts from when the request was due. */
  readonly atHalf: Round;
  /** To the RSA limit, or to the limit of durable transactions on the same database. */
  readonly ratio: number;
  /** CPU of the server, to that of the floor with as many in flight. */
  readonly ofFloor: number | undefined;
  /** Bytes of all server processes: after the warm-up, then after each round. */
  readonly resident: readonly number[];
};

export type BenchResult = {
  readonly machine: {
    readonly cores: number;
    readonly model: string;
    readonly node: string;
    readonly folder: string;
    /** The kind of key of the server's certificate. */
    readonly certificate: string;
  };
  readonly radiusInFlight: number;
  readonly limits: {
    readonly rsa2048: RsaLimit;
    readonly sqlite: number;
    readonly postgresql: number | undefined;
    readonly freeradius: FreeradiusLimits | undefined;
    /** By the number in flight. */
    readonly floors: Readonly<Record<string, Floor>>;
  };
  /** Bytes of one server process. */
  readonly residentIdle: number;
  readonly scenarios: readonly ScenarioResult[];
  readonly soak: readonly SoakMinute[] | undefined;
};

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const ratio = (value: number): string => value.toFixed(2);
const percent = (value: number): string => `${Math.round(value * 100)} %`;
const milliseconds = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export function renderReport(result: BenchResult): string {
  const { machine, limits, scenarios } = result;
  const lines = [
    `Machine: ${machine.cores} cores, ${machine.model}, Node.js ${machine.node}, data in ${machine.folder}, certificate ${machine.certificate}`,
    '',
    'Limits of the machine',
    `  RSA-2048 private operations, all cores         ${whole(limits.rsa2048.perSecond).padStart(8)} /s   (${limits.rsa2048.by})`,
    `  durable SQLite transactions, one by one        ${whole(limits.sqlite).padStart(8)} /s`,
    limits.postgresql === undefined
      ? '  no PostgreSQL here'
      : `  durable PostgreSQL transactions, 16 at once     ${whole(limits.postgresql).padStart(7)} /s`,
    ...(limits.freeradius
      ? ([
          ['FreeRADIUS, a password', limits.freeradius.password],
          ['FreeRADIUS, TOTP', limits.freeradius.totp],
          ['FreeRADIUS that records in SQLite', limits.freeradius.recording],
        ] as const)
      : []
    ).map(
      ([name, { perSecond, serverCpu }]) =>
        `  ${name.padEnd(47)}${whole(perSecond).padStart(8)} /s   (${(serverCpu * 1000).toFixed(3)} ms CPU each)`,
    ),
    ...Object.entries(limits.floors).flatMap(([inFlight, floor]) =>
      (
        [
          ...Object.entries(floor.constant).map(
            ([connections, measured]) =>
              [`node:https, a constant, ${inFlight} in flight, ${connections}`, measured] as const,
          ),
          [`the floor, ${inFlight} in flight`, floor.verifications],
          ['the floor, RADIUS', floor.radius],
        ] as const
      ).map(([name, measured]) => {
        const { perSecond, serverCpu } = measured;
        const waits = 'atHalf' in measured ? Object.values(measured.atHalf).map(milliseconds).join(', ') : '';
        return `  ${name.padEnd(47)}${whole(perSecond).padStart(8)} /s   (${(serverCpu * 1000).toFixed(3)} ms CPU each${waits && `; at half: ${waits} ms`})`;
      }),
    ),
    '',
  ];
  for (const load of result.soak ? [] : LOADS) {
    const chosen = scenarios.filter((scenario) => scenario.load === load);
    lines.push(
      load === 'exchanges'
        ? `CT-KIP exchanges: deployed dialect, four passes over HTTPS, RSA-2048, durable`
        : load === 'radius'
          ? `RADIUS: Access-Request over UDP with Message-Authenticator, a fresh valid tokencode each, durable; ${result.radiusInFlight} at once`
          : `Verifications: POST /api/v1/authentications, a fresh valid tokencode each, durable`,
      table([
        [
          '',
          'per second',
          'rounds',
          load === 'exchanges' ? 'of RSA limit' : 'of durable limit',
          'p50 ms',
          'p95 ms',
          'p99 ms',
          'at half: p50',
          'p95',
          'p99',
          'server CPU',
          'of floor',
          'client CPU',
          'cores: server',
          'client',
          'others',
          'failed',
        ],
        ...chosen.map((scenario) => {
          const { median, atHalf, rounds } = scenario;
          return [
            labelOf(scenario),
            whole(median.perSecond),
            rounds.map(({ perSecond }) => whole(perSecond)).join(' '),
            ratio(scenario.ratio),
            milliseconds(median.latency.p50),
            milliseconds(median.latency.p95),
            milliseconds(median.latency.p99),
            milliseconds(atHalf.latency.p50),
            milliseconds(atHalf.latency.p95),
            milliseconds(atHalf.latency.p99),
            `${(median.serverCpu * 1000).toFixed(2)} ms`,
            scenario.ofFloor === undefined ? '' : ratio(scenario.ofFloor),
            `${(median.clientCpu * 1000).toFixed(2)} ms`,
            percent(median.shares.server),
            percent(median.shares.client),
            percent(median.shares.others),
            String([...rounds, atHalf].reduce((sum, { failed }) => sum + failed, 0)),
          ];
        }),
      ]),
      '',
    );
  }
  if (result.soak) return [...lines, ...result.soak.map(renderMinute)].join('\n');
  lines.push(
    'Resident memory of the server processes: after the warm-up, then after each round',
    `  idle after start, one process              ${megabytes(result.residentIdle).padStart(8)}`,
    ...scenarios.map(
      ({ resident, ...scenario }) =>
        `  ${labelOf(scenario).padEnd(42)} ${resident.map((bytes) => megabytes(bytes).padStart(8)).join('')}`,
    ),
    '',
    '"At half" is an open loop at half of the rate: requests come when they come, and their time counts from when they were due.',
    'Rates are the median round. CPU is for each exchange or verification; shares are of all cores. The client runs on the same',
    'machine and takes its share from the server; "others" is the database server and whatever else runs here.',
  );
  return lines.join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      `  ${row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')}`.trimEnd(),
    )
    .join('\n');
}
