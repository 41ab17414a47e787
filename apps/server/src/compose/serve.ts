/** A server from its configuration to its stop. Read it from top to bottom: each step stands on those before it. */

import { setImmediate as turn } from 'node:timers/promises';
import { Registry } from '@prometheus-io/client';
import { text } from '@sower/texts/outcomes';
import { forwardLags } from '../audit/forward/view.ts';
import type { Config } from '../config.ts';
import { SYSTEM } from '../core/actor.ts';
import {
  alertMetric,
  backupMetric,
  certificateMetric,
  forwardMetric,
  guessingMetric,
  processMetrics,
  sourceMetric,
  waitingMetrics,
} from '../core/gauges.ts';
import { databaseMetrics } from '../core/metrics.ts';
import { record } from '../core/record.ts';
import { endStep } from '../http/stopping.ts';
import { expiryOf, readChain } from '../keys/x509/certificate-view.ts';
import { countWaiting, listAlerts } from '../store/operations/alerts.ts';
import { backupAges } from '../store/operations/backups.ts';
import { sourceAges } from '../store/sources/identity-sources.ts';
import { announce, type Say } from './announce.ts';
import { startBackground } from './background.ts';
import { type Composed, compose } from './context.ts';
import { logOf } from './fatal.ts';
import { forwardTargets } from './forward/targets.ts';
import { type Foundation, layFoundation, SOURCES, type Sources } from './foundation.ts';
import { STOP_MILLISECONDS, startListeners } from './listeners.ts';
import { readVersion } from './version.ts';
import type { Share } from './worker.ts';
import { yielding } from './yielding.ts';

export type RunningServer = {
  /** Where it listens, such as `https://127.0.0.1:8443`. */
  readonly url: string;
  stop(): Promise<void>;
};

export async function startServer(
  config: Config,
  { say, share }: { readonly say: Say; readonly share?: Share | undefined },
): Promise<RunningServer> {
  const log = logOf(config.logLevel);
  const version = readVersion();
  const processes = share ? config.processes : 1;
  const registry = new Registry();
  let composed: Composed | undefined;
  const doubt = (): void => composed?.context.readiness.doubt();
  const foundation = await layFoundation(config, SOURCES, {
    ...{ log, say, processes, doubt },
    meter: databaseMetrics(registry),
  });
  composed = await compose(config, foundation, SOURCES, { log, version, registry });
  const { context } = composed;
  registerGauges(composed);
  const background = startBackground(workContext(config, foundation, composed, SOURCES), log);
  const listeners = await startListeners(config, composed, SOURCES, { log, share, processes });
  await record(context.db, context, SYSTEM, {
    action: 'server.start',
    object: 'server',
    reason: text('event.version', { version }),
  });
  announce(say, {
    config,
    version,
    url: listeners.url,
    own: context.served.facts().source === 'own',
    radius: context.radiusListeners(),
    metrics: listeners.metrics?.address,
    acme: listeners.challenges?.address,
  });
  return {
    url: listeners.url,
    async stop() {
      log.info('stopping');
      await context.stopping.drain();
      const step = (name: string, end: () => Promise<unknown>, milliseconds?: number): Promise<void> =>
        endStep(log, name, end, milliseconds);
      listeners.stopWatching();
      await Promise.all([
        step('answer RADIUS', listeners.radius.stop, STOP_MILLISECONDS + 1_000),
        step('answer HTTP', listeners.closeHttp, STOP_MILLISECONDS + 1_000),
      ]);
      await step('answer metrics', async () => listeners.metrics?.stop());
      await step('answer certificate authorities', async () => listeners.challenges?.stop());
      await Promise.all(background.work.map(([name, end]) => step(name, end)));
      await step('record refused calls', context.refusals.stop);
      await Promise.all(background.last.map(([name, end]) => step(name, end)));
      const { rsa, strength, database } = foundation;
      await step('close the database', () => Promise.all([rsa.close(), strength.close(), database.close()]));
      await step('remove server.json', listeners.files.removeServer);
      await step('remove the presented certificate', listeners.files.removePresented);
    },
  };
}

/** What `/metrics` shows beside what is counted where it happens. */
function registerGauges({ context }: Composed): void {
  const { metrics, db, served, codeLimit, readiness, version, now } = context;
  certificateMetric(metrics, () => expiryOf(readChain(served.facts().pem)));
  guessingMetric(metrics, codeLimit.braked);
  processMetrics(metrics, version, async () => !(await readiness.refusal()));
  waitingMetrics(metrics, SOURCES.monotonic, () => countWaiting(db));
  backupMetric(metrics, () => backupAges(db, now()));
  sourceMetric(metrics, () => sourceAges(db));
  forwardMetric(metrics, () => forwardLags(db));
  alertMetric(metrics, async () => (await listAlerts(db)).map(({ id }) => id));
}

/** What background work has beside the context. */
function workContext(
  config: Config,
  { keyRing, masterKeys }: Foundation,
  { context, publicHost, wrongCodes, databaseClock, validation, node, untrusted }: Composed,
  { monotonic, sleep }: Sources,
) {
  const { version, now } = context;
  const lastArrival = () => context.stopping.lastArrival;
  const way = yielding({ clock: monotonic, sleep, turn, lastArrival });
  return {
    ...context,
    dataFolder: config.dataFolder,
    forwarding: forwardTargets(config.auditForward, { host: publicHost, version, now }),
    readMaster: masterKeys.read,
    trail: wrongCodes,
    yieldTo: () => way.sleep(1),
    ...{ keyRing, untrusted, node, validation, databaseClock, monotonic },
    ...way,
  };
}
