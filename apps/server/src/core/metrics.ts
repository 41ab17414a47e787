/** What is counted and timed for Prometheus: outcomes by path, never by person. What is read on each scrape is in gauges.ts. */
import { Counter, collectDefaultMetrics, Histogram, type Registry } from '@prometheus-io/client';

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
    help: 'From an HTTP request to its answer, by edge and class of the status',
    labelNames: ['edge', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const radiusDropped = new Counter({
    name: 'sower_radius_dropped_total',
    help: 'RADIUS packets not answered, by reason',
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
        { edge: edgeOf(path), status: `${Math.floor(status / 100)}xx` },
        milliseconds / 1000,
      ),
    radiusDropped: (reason) => radiusDropped.inc({ reason }),
    radiusPassword: (outcome) => radiusPasswords.inc({ outcome }),
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
