/** What is counted and timed for Prometheus: outcomes by path, never by person. What is read on each scrape is in gauges.ts. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { DatabaseWork, Meter } from '../store/db/meter.ts';

export type Counters = {
  exchange(dialect: string, step: string, outcome: string): void;
  /** A CT-KIP request from a source that sent too many wrong activation codes; none of it was read. */
  turnedAway(): void;
  /** @param path the kind of client, such as `api-key` or `radius` */
  authentication(path: string, outcome: string): void;
  /** @param port `authentication`, `accounting`, `radsec` */
  radius(port: string, outcome: string, milliseconds: number): void;
  radiusDropped(reason: string): void;
  /** A password that came over RADIUS with a passcode: `right`, `wrong`, `refused`, `unavailable`. */
  radiusPassword(outcome: string): void;
  /** @param path of the request as it was sent */
  http(path: string, status: number, milliseconds: number): void;
};

/** Answers that take longer than a few milliseconds wait for something. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Few values, whatever paths strangers request. */
const EDGES = [
  ['/ctkip', 'ctkip'],
  ['/api/v1/authentications', 'authentications'],
  ['/api/v1/self-service', 'self-service'],
  ['/api', 'api'],
  ['/mfa', 'agents'],
  ['/validate', 'validate'],
] as const;
const edgeOf = (path: string): string => EDGES.find(([start]) => path.startsWith(start))?.[1] ?? 'other';

export function appMetrics(registry: Registry): Counters {
  collectDefaultMetrics({ register: registry });
  const exchanges = new Counter({
    name: 'sower_ctkip_messages_total',
    help: 'CT-KIP requests by dialect, step and outcome',
    labelNames: ['dialect', 'step', 'outcome'],
    registers: [registry],
  });
  const authentications = new Counter({
    name: 'sower_authentications_total',
    help: 'Steps of authentications, by path and outcome',
    labelNames: ['path', 'outcome'],
    registers: [registry],
  });
  const radius = new Counter({
    name: 'sower_radius_requests_total',
    help: 'RADIUS requests answered, by port and outcome',
    labelNames: ['port', 'outcome'],
    registers: [registry],
  });
  const radiusSeconds = new Histogram({
    name: 'sower_radius_response_seconds',
    help: 'From a RADIUS request to its answer, by port',
    labelNames: ['port'],
    buckets: SECONDS,
    registers: [registry],
  });
  const httpSeconds = new Histogram({
    name: 'sower_http_response_seconds',
    help: 'From an HTTP request to its answer, by edge and class of the status; 503 apart',
    labelNames: ['edge', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const radiusDropped = new Counter({
    name: 'sower_radius_dropped_total',
    help: 'RADIUS packets not answered, or rejected unread (no-pap), by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  const radiusPasswords = new Counter({
    name: 'sower_radius_passwords_total',
    help: 'Passwords checked for RADIUS clients that send one, by outcome; unavailable: no directory answered',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const turnedAway = new Counter({
    name: 'sower_ctkip_turned_away_total',
    help: 'CT-KIP requests turned away unread, after too many wrong activation codes',
    registers: [registry],
  });
  return {
    turnedAway: () => turnedAway.inc(),
    exchange: (dialect, step, outcome) => exchanges.inc({ dialect, step, outcome }),
    authentication: (path, outcome) => authentications.inc({ path, outcome }),
    radius: (port, outcome, milliseconds) => {
      radius.inc({ port, outcome });
      radiusSeconds.observe({ port }, milliseconds / 1000);
    },
    http: (path, status, milliseconds) =>
      httpSeconds.observe(
        // 503 is what clients come back from: the database is out of reach, or more arrives than can be done.
        { edge: edgeOf(path), status: status === 503 ? '503' : `${Math.floor(status / 100)}xx` },
        milliseconds / 1000,
      ),
    radiusDropped: (reason) => radiusDropped.inc({ reason }),
    radiusPassword: (outcome) => radiusPasswords.inc({ outcome }),
  };
}

/** Statements of a good disk or network take a fraction of a millisecond. */
const DATABASE_SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

/** Of the database: what it takes, what waits for it, and why it could not be used. */
export function databaseMetrics(registry: Registry): Meter {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'sower_database_seconds',
    help: 'From a statement to its answer; commit: also a statement that commits by itself',
    labelNames: ['work'],
    buckets: DATABASE_SECONDS,
    registers,
  });
  const byWork = {
    read: seconds.labels('read'),
    write: seconds.labels('write'),
    commit: seconds.labels('commit'),
  } satisfies Record<DatabaseWork, unknown>;
  const commitSeconds = new Histogram({
    name: 'sower_commit_seconds',
    help: 'What a group commit took, by path',
    labelNames: ['path'],
    buckets: DATABASE_SECONDS,
    registers,
  });
  const waitSeconds = new Histogram({
    name: 'sower_commit_wait_seconds',
    help: 'How long the first call of a group waited for its group commit to begin, by path',
    labelNames: ['path'],
    buckets: DATABASE_SECONDS,
    registers,
  });
  const groupSize = new Histogram({
    name: 'sower_commit_group_calls',
    help: 'How many calls share a commit, by path',
    labelNames: ['path'],
    buckets: [1, 2, 5, 10, 20, 50, 100],
    registers,
  });
  const errors = new Counter({
    name: 'sower_database_errors_total',
    help: 'Statements that failed because the database could not be used, by reason',
    labelNames: ['reason'],
    registers,
  });
  const queues = new Map<string, Parameters<Meter['watch']>[1]>();
  for (const [what, help] of [
    [
      'waiting',
      'Callers that wait for a connection of a pool of PostgreSQL, or for the one that writes to SQLite',
    ],
    ['used', 'Connections of a pool that are in use, or what the one that writes to SQLite has not answered'],
  ] as const)
    new Gauge({
      name: `sower_database_${what}`,
      help,
      labelNames: ['queue'],
      registers,
      collect() {
        for (const [queue, read] of queues) this.set({ queue }, read()[what]);
      },
    });
  return {
    took: (work, milliseconds) => byWork[work].observe(milliseconds / 1000),
    grouped(path, { calls, waited, took }) {
      commitSeconds.observe({ path }, took / 1000);
      waitSeconds.observe({ path }, waited / 1000);
      groupSize.observe({ path }, calls);
    },
    failed: (reason) => errors.inc({ reason }),
    watch: (queue, read) => void queues.set(queue, read),
  };
}

/** @returns called for each connection to a directory, with the account of its source */
export function directoryMetric(
  registry: Registry,
): (server: string, outcome: string, milliseconds: number) => void {
  const connections = new Histogram({
    name: 'sower_directory_connect_seconds',
    help: 'Connections to directories including the bind, by server and outcome; resting: not tried, after a failure',
    labelNames: ['server', 'outcome'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  });
  return (server, outcome, milliseconds) => connections.observe({ server, outcome }, milliseconds / 1000);
}
