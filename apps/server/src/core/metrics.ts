/** Counters for Prometheus: outcomes by path, never by person. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from '@prometheus-io/client';

export type Counters = {
  exchange(dialect: string, step: string, outcome: string): void;
  /** A CT-KIP request from a source that sent too many wrong activation codes; none of it was read. */
  turnedAway(): void;
  /** @param path the kind of client, such as `api-key` or `radius` */
  authentication(path: string, outcome: string): void;
  /** @param port `authentication`, `accounting`, `radsec` */
  radius(port: string, outcome: string): void;
  radiusDropped(reason: string): void;
  /** A password that came over RADIUS with a passcode: `right`, `wrong`, `refused`, `unavailable`. */
  radiusPassword(outcome: string): void;
};

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
    radius: (port, outcome) => radius.inc({ port, outcome }),
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

/** @param ages of each enabled source: when a run last ended well, epoch milliseconds, and whether the last one stopped */
export function sourceMetric(
  registry: Registry,
  ages: () => Promise<
    readonly { readonly name: string; readonly goodAt: number | null; readonly stopped: boolean }[]
  >,
): void {
  const gauge = (
    name: string,
    help: string,
    valueFrom: (source: Awaited<ReturnType<typeof ages>>[number]) => number | null,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['source'],
      registers: [registry],
      async collect() {
        this.reset();
        // Without the database there is nothing to say.
        for (const source of await ages().catch(() => [])) {
          const value = valueFrom(source);
          if (value !== null) this.set({ source: source.name }, value);
        }
      },
    });
  };
  gauge(
    'sower_identity_source_good_run_timestamp_seconds',
    'When a run of an identity source last ended well',
    ({ goodAt }) => (goodAt === null ? null : goodAt / 1000),
  );
  gauge(
    'sower_identity_source_stopped',
    '1 if the last run of an identity source stopped or waits for somebody',
    ({ stopped }) => (stopped ? 1 : 0),
  );
}

/** @param days until the presented certificate expires; `undefined` if there is none here */
export function certificateMetric(registry: Registry, days: () => number | undefined): void {
  new Gauge({
    name: 'sower_tls_certificate_days_to_expiry',
    help: 'Days until the presented certificate, or one of its chain, expires; negative when it has',
    registers: [registry],
    collect() {
      const left = days();
      if (left === undefined) this.reset();
      else this.set(left);
    },
  });
}

/** @param braked whether so many wrong activation codes arrive, over all processes, that strangers are braked */
export function guessingMetric(registry: Registry, braked: () => boolean): void {
  new Gauge({
    name: 'sower_activation_codes_being_guessed',
    help: '1 while so many wrong activation codes come in that strangers are braked',
    registers: [registry],
    collect() {
      this.set(braked() ? 1 : 0);
    },
  });
}

/** @param ages when the last backup was made, and when one was last verified; epoch milliseconds */
export function backupMetric(
  registry: Registry,
  ages: () => Promise<{ readonly made: number | null; readonly verified: number | null }>,
): void {
  const gauge = (name: string, help: string, which: 'made' | 'verified'): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        // Without the database there is nothing to say.
        const at = await ages().then(
          (found) => found[which],
          () => null,
        );
        if (at === null) this.reset();
        else this.set(at / 1000);
      },
    });
  };
  gauge('sower_backup_made_timestamp_seconds', 'When the last backup was complete', 'made');
  gauge(
    'sower_backup_verified_timestamp_seconds',
    'When a backup was last verified by restoring it',
    'verified',
  );
}
