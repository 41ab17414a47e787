/** The result of a bench, and the table that people read of it. */
import type { FreeradiusLimits } from './freeradius.ts';
import type { RsaLimit } from './limits.ts';
import { LOADS, type Load, type Round } from './scenario.ts';
import { renderMinute, type SoakMinute } from './soak.ts';

export type ScenarioResult = {
  readonly load: Load;
  readonly database: 'SQLite' | 'PostgreSQL';
  readonly processes: number;
  readonly rounds: readonly Round[];
  readonly median: Round;
  /** Open loop, at half of the median rate: each latency counts from when the request was due. */
  readonly atHalf: Round;
  /** To the RSA limit, or to the limit of durable transactions on the same database. */
  readonly ratio: number;
  /** Bytes of all server processes: after the warm-up, then after each round. */
  readonly resident: readonly number[];
};

export type BenchResult = {
  readonly machine: {
    readonly cores: number;
    readonly model: string;
    readonly node: string;
    readonly folder: string;
  };
  readonly inFlight: number;
  readonly radiusInFlight: number;
  readonly limits: {
    readonly rsa2048: RsaLimit;
    readonly sqlite: number;
    readonly postgresql: number | undefined;
    readonly freeradius: FreeradiusLimits | undefined;
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
  const { machine, limits, scenarios, inFlight } = result;
  const lines = [
    `Machine: ${machine.cores} cores, ${machine.model}, Node.js ${machine.node}, data in ${machine.folder}`,
    '',
    'Limits of the machine',
    `  RSA-2048 private operations, all cores     ${whole(limits.rsa2048.perSecond).padStart(8)} /s   (${limits.rsa2048.by})`,
    `  durable SQLite transactions, one by one    ${whole(limits.sqlite).padStart(8)} /s`,
    limits.postgresql === undefined
      ? '  no PostgreSQL here'
      : `  durable PostgreSQL transactions, 16 at once ${whole(limits.postgresql).padStart(7)} /s`,
    ...(limits.freeradius
      ? ([
          ['FreeRADIUS, a password', limits.freeradius.password],
          ['FreeRADIUS, TOTP', limits.freeradius.totp],
        ] as const)
      : []
    ).map(
      ([name, { perSecond, serverCpu }]) =>
        `  ${name.padEnd(43)}${whole(perSecond).padStart(8)} /s   (${(serverCpu * 1000).toFixed(3)} ms CPU each; nothing written, no code remembered)`,
    ),
    '',
  ];
  for (const load of result.soak ? [] : LOADS) {
    const chosen = scenarios.filter((scenario) => scenario.load === load);
    lines.push(
      load === 'exchanges'
        ? `CT-KIP exchanges: deployed dialect, four passes over HTTPS, RSA-2048, durable; ${inFlight} at once`
        : load === 'radius'
          ? `RADIUS: Access-Request over UDP with Message-Authenticator, a fresh valid tokencode each, durable; ${result.radiusInFlight} at once`
          : `Verifications: POST /api/v1/authentications, a fresh valid tokencode each, durable; ${inFlight} at once`,
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
          'client CPU',
          'cores: server',
          'client',
          'others',
          'failed',
        ],
        ...chosen.map((scenario) => {
          const { median, atHalf, rounds } = scenario;
          return [
            `${scenario.database}, ${scenario.processes} process${scenario.processes === 1 ? '' : 'es'}`,
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
      ({ load, database, processes, resident }) =>
        `  ${`${load}, ${database}, ${processes} process${processes === 1 ? '' : 'es'}`.padEnd(42)} ${resident.map((bytes) => megabytes(bytes).padStart(8)).join('')}`,
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
