/** The state of the server for Prometheus, read on each scrape. Without the database, the gauges of its contents have no value. */

import { Gauge, type Registry } from '@prometheus-io/client';
import type { Waiting } from '../store/operations/alerts.ts';

/** @param value undefined if unknown or not applicable; resetting a gauge without labels instead would report 0 */
function show(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

/** @param ready proves that the database can be written, or that it could a moment ago */
export function processMetrics(registry: Registry, version: string, ready: () => Promise<boolean>): void {
  new Gauge({
    name: 'sower_build_info',
    help: 'Always 1; the version of the server and of Node.js',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: 'sower_ready',
    help: '1 if the database can be used, as /readyz says',
    registers: [registry],
    async collect() {
      this.set((await ready()) ? 1 : 0);
    },
  });
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
  const gauge = (name: string, help: string, numberIn: (waiting: Waiting) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const found = await waiting();
        show(this, found && numberIn(found));
      },
    });
  };
  const seconds = (at: number | null): number => (at ?? 0) / 1000;
  gauge('sower_mail_queued', 'Mail that waits to be sent', ({ queued_mail }) => queued_mail);
  gauge(
    'sower_mail_oldest_queued_timestamp_seconds',
    'When the oldest mail that waits was queued; 0 if none waits',
    ({ oldest_mail }) => seconds(oldest_mail),
  );
  gauge(
    'sower_mail_undelivered',
    'Mail that was given up and not dealt with',
    ({ undelivered_mail }) => undelivered_mail,
  );
  gauge(
    'sower_audit_unlinked',
    'Rows of the audit trail that wait for their link',
    ({ unlinked_audit }) => unlinked_audit,
  );
  gauge(
    'sower_audit_oldest_unlinked_timestamp_seconds',
    'When the oldest row that waits for its link was written; 0 if none waits',
    ({ oldest_audit }) => seconds(oldest_audit),
  );
  gauge(
    'sower_acme_failures',
    'Attempts in a row to get a certificate by ACME that failed',
    ({ acme_failures }) => acme_failures ?? 0,
  );
  gauge('sower_jobs_open', 'Jobs that run or wait for their turn', ({ open_jobs }) => open_jobs);
}

/** @param ages for each enabled source: when a run last succeeded, in epoch milliseconds, and whether the last one stopped */
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

/** @param notAfter when the presented certificate expires, in milliseconds since 1970; `undefined` if there is none here */
export function certificateMetric(registry: Registry, notAfter: () => number | undefined): void {
  new Gauge({
    name: 'sower_tls_certificate_expiry_timestamp_seconds',
    help: 'When the presented certificate, or one of its chain, expires',
    registers: [registry],
    collect() {
      const at = notAfter();
      show(this, at === undefined ? undefined : at / 1000);
    },
  });
}

/** @param braked whether so many wrong activation codes arrive, over all processes, that strangers are slowed down */
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
        const found = await ages().catch(() => undefined);
        show(this, found && (found[which] ?? 0) / 1000);
      },
    });
  };
  gauge(
    'sower_backup_made_timestamp_seconds',
    'When the last backup was complete; 0 if none ever was',
    'made',
  );
  gauge(
    'sower_backup_verified_timestamp_seconds',
    'When a backup was last verified by restoring it; 0 if none ever was',
    'verified',
  );
}

/** @param lags of each destination: rows that have not arrived, attempts in a row that failed, and rows that it refused */
export function forwardMetric(
  registry: Registry,
  lags: () => Promise<
    readonly {
      readonly target: string;
      readonly lag: number;
      readonly failures: number;
      readonly setAside: number;
    }[]
  >,
): void {
  const gauge = (name: string, help: string, which: 'lag' | 'failures' | 'setAside'): void => {
    new Gauge({
      name,
      help,
      labelNames: ['target'],
      registers: [registry],
      async collect() {
        this.reset();
        // Without the database there is nothing to say.
        for (const one of await lags().catch(() => [])) this.set({ target: one.target }, one[which]);
      },
    });
  };
  gauge('sower_audit_forward_lag', 'Rows of the audit trail that have not arrived at a place', 'lag');
  gauge('sower_audit_forward_failures', 'Attempts in a row to forward there that failed', 'failures');
  gauge('sower_audit_forward_set_aside', 'Rows that a place refused and that did not go there', 'setAside');
}

/** @param open of each alert, its ID */
export function alertMetric(registry: Registry, open: () => Promise<readonly string[]>): void {
  new Gauge({
    name: 'sower_alert',
    help: '1 for each thing that needs somebody, as Home lists them',
    labelNames: ['alert'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const alert of await open().catch(() => [])) this.set({ alert }, 1);
    },
  });
}
