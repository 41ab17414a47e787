/** The state of the server for Prometheus, read on each scrape. Without the database, the gauges of its contents have no value. */

import { Gauge, type Registry } from '@prometheus-io/client';
import type { Waiting } from '../store/operations/alerts.ts';
import type { sourceAges } from '../store/sources/identity-sources.ts';

/** @param read its value; undefined if unknown or not applicable, as without the database */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | undefined | Promise<number | undefined>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read();
      // Resetting a gauge without labels would report 0.
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

/** @param read its values, by the label; without the database there is nothing to say */
function labeledGauge(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Promise<readonly (readonly [label: string, value: number | null])[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [of, value] of await read().catch(() => []))
        if (value !== null) this.set({ [label]: of }, value);
    },
  });
}

/** @param ready proves that the database can be written, or that it could a moment ago */
export function processMetrics(registry: Registry, version: string, ready: () => Promise<boolean>): void {
  new Gauge({
    name: 'sower_build_info',
    help: 'Always 1; the version of the server and of Node.js',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  gauge(registry, 'sower_ready', '1 if the database can be used, as /readyz says', async () =>
    (await ready()) ? 1 : 0,
  );
}

/** How long one reading serves all gauges of a scrape. */
const FRESH_MILLISECONDS = 500;

export function waitingMetrics(registry: Registry, clock: () => number, read: () => Promise<Waiting>): void {
  let last: { readonly at: number; readonly waiting: Promise<Waiting | undefined> } | undefined;
  const waiting = (): Promise<Waiting | undefined> => {
    if (!last || clock() - last.at > FRESH_MILLISECONDS)
      last = { at: clock(), waiting: read().catch(() => undefined) };
    return last.waiting;
  };
  const show = (name: string, help: string, numberIn: (waiting: Waiting) => number): void =>
    gauge(registry, name, help, async () => {
      const found = await waiting();
      return found && numberIn(found);
    });
  const seconds = (at: number | null): number => (at ?? 0) / 1000;
  show('sower_mail_queued', 'Mail that waits to be sent', ({ queued_mail }) => queued_mail);
  show(
    'sower_mail_oldest_queued_timestamp_seconds',
    'When the oldest mail that waits was queued; 0 if none waits',
    ({ oldest_mail }) => seconds(oldest_mail),
  );
  show(
    'sower_mail_undelivered',
    'Mail that was given up and not dealt with',
    ({ undelivered_mail }) => undelivered_mail,
  );
  show(
    'sower_audit_unlinked',
    'Rows of the audit trail that wait for their link',
    ({ unlinked_audit }) => unlinked_audit,
  );
  show(
    'sower_audit_oldest_unlinked_timestamp_seconds',
    'When the oldest row that waits for its link was written; 0 if none waits',
    ({ oldest_audit }) => seconds(oldest_audit),
  );
  show(
    'sower_acme_failures',
    'Attempts in a row to get a certificate by ACME that failed',
    ({ acme_failures }) => acme_failures ?? 0,
  );
  show('sower_jobs_open', 'Jobs that run or wait for their turn', ({ open_jobs }) => open_jobs);
}

/** @param ages for each enabled source: when a run last succeeded, in epoch milliseconds, and whether the last one stopped */
export function sourceMetric(registry: Registry, ages: () => ReturnType<typeof sourceAges>): void {
  labeledGauge(
    registry,
    'sower_identity_source_good_run_timestamp_seconds',
    'When a run of an identity source last ended well',
    'source',
    async () => (await ages()).map(({ name, goodAt }) => [name, goodAt === null ? null : goodAt / 1000]),
  );
  labeledGauge(
    registry,
    'sower_identity_source_stopped',
    '1 if the last run of an identity source stopped or waits for somebody',
    'source',
    async () => (await ages()).map(({ name, stopped }) => [name, stopped ? 1 : 0]),
  );
}

/** @param notAfter when the presented certificate expires, in milliseconds since 1970; `undefined` if there is none here */
export function certificateMetric(registry: Registry, notAfter: () => number | undefined): void {
  gauge(
    registry,
    'sower_tls_certificate_expiry_timestamp_seconds',
    'When the presented certificate, or one of its chain, expires',
    () => {
      const at = notAfter();
      return at === undefined ? undefined : at / 1000;
    },
  );
}

/** @param braked whether so many wrong activation codes arrive, over all processes, that strangers are slowed down */
export function guessingMetric(registry: Registry, braked: () => boolean): void {
  gauge(
    registry,
    'sower_activation_codes_being_guessed',
    '1 while so many wrong activation codes come in that strangers are braked',
    () => (braked() ? 1 : 0),
  );
}

/** @param ages when the last backup was made, and when one was last verified; epoch milliseconds */
export function backupMetric(
  registry: Registry,
  ages: () => Promise<{ readonly made: number | null; readonly verified: number | null }>,
): void {
  const show = (name: string, help: string, which: 'made' | 'verified'): void =>
    gauge(registry, name, help, async () => {
      const found = await ages().catch(() => undefined);
      return found && (found[which] ?? 0) / 1000;
    });
  show(
    'sower_backup_made_timestamp_seconds',
    'When the last backup was complete; 0 if none ever was',
    'made',
  );
  show(
    'sower_backup_verified_timestamp_seconds',
    'When a backup was last verified by restoring it; 0 if none ever was',
    'verified',
  );
}

/** Of a destination: rows that have not arrived, attempts in a row that failed, and rows that it refused. */
export type ForwardLag = {
  readonly target: string;
  readonly lag: number;
  readonly failures: number;
  readonly setAside: number;
};
export function forwardMetric(registry: Registry, lags: () => Promise<readonly ForwardLag[]>): void {
  const show = (name: string, help: string, which: 'lag' | 'failures' | 'setAside'): void =>
    labeledGauge(registry, name, help, 'target', async () =>
      (await lags()).map((one) => [one.target, one[which]]),
    );
  show('sower_audit_forward_lag', 'Rows of the audit trail that have not arrived at a place', 'lag');
  show('sower_audit_forward_failures', 'Attempts in a row to forward there that failed', 'failures');
  show('sower_audit_forward_set_aside', 'Rows that a place refused and that did not go there', 'setAside');
}

/** @param open of each alert, its ID */
export function alertMetric(registry: Registry, open: () => Promise<readonly string[]>): void {
  labeledGauge(
    registry,
    'sower_alert',
    '1 for each thing that needs somebody, as Home lists them',
    'alert',
    async () => (await open()).map((alert) => [alert, 1]),
  );
}
