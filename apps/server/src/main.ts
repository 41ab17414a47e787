/** `sower serve`: configuration, database, keys, listener, stop. Constructs everything; read it from top to bottom. */

import { mkdir } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { Registry } from '@prometheus-io/client';
import { inEnglish, text } from '@sower/messages/outcomes';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';
import type { Logger } from 'pino';
import { keepAuditLinked } from './audit/chain.ts';
import type { AuditFinding } from './audit/findings.ts';
import { forwardLags } from './audit/forward/view.ts';
import { headKeeper } from './audit/head.ts';
import { refusals } from './audit/refused-calls.ts';
import { sessionRecorder } from './authentication/challenge/record-session.ts';
import { passwordAttempts } from './authentication/challenge/with-password.ts';
import { oneAtATime } from './authentication/limits/one-at-a-time.ts';
import { acceptances } from './authentication/verify/acceptance.ts';
import { authenticator } from './authentication/verify/authenticate.ts';
import { proveAcceptance } from './authentication/verify/prove.ts';
import { recentAcceptances } from './authentication/verify/recent-acceptances.ts';
import { tlsValidation } from './certificates/acme/tls-validation.ts';
import { announce, announceAdministrator, type Say, sayer } from './compose/announce.ts';
import { startWork } from './compose/background.ts';
import { startCertificate } from './compose/certificate.ts';
import { connectionLimits } from './compose/connection-limits.ts';
import { dnsCommand } from './compose/dns-command.ts';
import { endOnUncaught, fatal, fatalError, logOf } from './compose/fatal.ts';
import { AUDIT_HEAD_FILE, firstStart } from './compose/first-start.ts';
import { forwardTargets } from './compose/forward/targets.ts';
import { hostFiles } from './compose/host-files.ts';
import { masterKeySource } from './compose/master-key.ts';
import { saidSeldom } from './compose/throttled-log.ts';
import { readVersion } from './compose/version.ts';
import { type Share, shareOfWorker } from './compose/worker.ts';
import { givingWay } from './compose/yielding.ts';
import { type Config, optionsHelp, readConfig } from './config.ts';
import { SYSTEM } from './core/actor.ts';
import { byOption } from './core/by-option.ts';
import {
  alertMetric,
  backupMetric,
  certificateMetric,
  forwardMetric,
  guessingMetric,
  processMetrics,
  sourceMetric,
  waitingMetrics,
} from './core/gauges.ts';
import { guessLimit, oneLevel, WRONG_CODES_OF_ALL } from './core/guess-limit.ts';
import { appMetrics, directoryMetric } from './core/metrics.ts';
import { record } from './core/record.ts';
import { passwords } from './directory/password.ts';
import { passwordStrength } from './directory/password-strength.ts';
import { listenForAcme } from './http/acme-challenge.ts';
import { buildApp } from './http/app.ts';
import { hostNames } from './http/host-names.ts';
import { listenForMetrics } from './http/metrics-listener.ts';
import { type Readiness, readiness } from './http/readiness.ts';
import { endStep, stopping } from './http/stopping.ts';
import { PinRefused } from './keys/hsm/hsm.ts';
import { pooledRandom } from './keys/random.ts';
import { rsaDecryptor } from './keys/rsa/rsa.ts';
import { serverKeys } from './keys/rsa/server-keys.ts';
import { closeToOthers } from './keys/seal/private-folder.ts';
import { sealing } from './keys/seal/sealing.ts';
import { expiryOf, readChain } from './keys/x509/certificate-view.ts';
import { type TlsMaterial, tlsListening, watchTlsFiles } from './keys/x509/tls.ts';
import { ldapServers } from './ldap/servers.ts';
import { mailQueue } from './mail/queue.ts';
import { type BackupContext, startThread } from './operations/backup/make.ts';
import { keepNodeNoted, ownNode } from './operations/nodes/nodes.ts';
import { settlePromotion } from './operations/nodes/promotion.ts';
import { replicationWatch } from './operations/nodes/replication-watch.ts';
import { firstDataKey } from './operations/rotation/begin.ts';
import { type HeldKeys, heldKeys, loadKeys } from './operations/rotation/follow.ts';
import { tokenActivator } from './provisioning/distribution/activate.ts';
import { watchGuesses, wrongCodeTrail } from './provisioning/distribution/guess-watch.ts';
import { openedRecorder, refusalRecorder, reuseRecorder } from './provisioning/distribution/record-run.ts';
import { printLetters } from './provisioning/letters/print.ts';
import { loadDeviceTypes } from './provisioning/profiles/device-types.ts';
import { type RadiusServer, startRadius } from './radius/start.ts';
import { drawReport } from './reporting/print.ts';
import { comparisonReader } from './self-service/activation.ts';
import { sendBySmtp } from './smtp/transport.ts';
import { policyReader } from './store/authentication/policies.ts';
import { openDatabase } from './store/db/open.ts';
import { toldOnce } from './store/keys/marks.ts';
import { mailSettingsReader } from './store/mail/settings.ts';
import { listAlerts } from './store/operations/alerts.ts';
import { backupAges } from './store/operations/backups.ts';
import { settingsReader } from './store/operations/installation.ts';
import { countWaiting } from './store/reporting/waiting.ts';
import { sourceAges } from './store/sources/identity-sources.ts';

const random = pooledRandom();
const now = (): number => Date.now();
const monotonic = (): number => performance.now();
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function main(argv: readonly string[]): Promise<void> {
  const result = readConfig(argv, process.env);
  if (result.kind === 'help') {
    console.log(optionsHelp(process.stdout.columns));
    return;
  }
  if (result.kind === 'mistakes') {
    await fatal('the server cannot start with these settings; see sower serve --help', {
      mistakes: result.mistakes,
    });
    process.exitCode = 2;
    return;
  }
  endOnUncaught();
  // Whatever creates a file, including SQLite, creates it for this user only.
  process.umask(0o077);
  // Before the start: a stop while waiting for the database, or right afterwards, counts too.
  let server: RunningServer | undefined;
  let begunAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!server) {
        logOf(result.config.logLevel).info(`stopped by ${signal} before the server was ready`);
        process.exit(0);
      }
      if (begunAt === undefined) {
        begunAt = monotonic();
        void server.stop().then(() => process.exit(0));
      } else if (monotonic() - begunAt > SAME_SIGNAL_MILLISECONDS) {
        void fatal('the server ends at once: a second signal').then(() => process.exit(1));
      }
    });
  }
  try {
    const share = shareOfWorker();
    // One of several speaks for all.
    const say = share && share.number > 1 ? () => {} : sayer(process.stdout.isTTY === true);
    server = await startServer(result.config, { say, share });
    share?.ready();
  } catch (error) {
    await fatalError('the server could not start', error);
    // Open connections must not keep a failed start alive. A PIN that was refused is not tried again: that would lock the HSM.
    process.exit(error instanceof PinRefused ? 2 : 1);
  }
}

/** Authenticators give up after ten seconds, and show what a 429 says. */
const CODE_PATIENCE_MILLISECONDS = 4_000;
/** For requests in flight. What takes longer is cut off, and nothing was promised to it. */
const STOP_MILLISECONDS = 10_000;
/** One Ctrl-C arrives from the terminal and from npm too; a deliberate second one ends the process at once. */
const SAME_SIGNAL_MILLISECONDS = 500;

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
  await openFolder(config, log);

  // Keys, then the database that they open.
  const masterKeys = masterKeySource(config, random);
  const held = heldKeys(await masterKeys.read());
  const seal = sealing(() => held.keys, random);
  let ready: Readiness | undefined;
  // What one server may do is divided among its processes.
  const processes = share ? config.processes : 1;
  const database = await openDatabase(config.database, {
    processes,
    stays: true,
    onUnavailable: () => ready?.doubt(),
    onDeaf: () =>
      log.warn(
        'PostgreSQL announces nothing on this connection, as behind a pool of transactions: changes made by other processes take effect after some seconds',
      ),
    onLost: saidSeldom(log, monotonic, 'a database connection was lost'),
    onWait: (error, inUse) =>
      log.warn(
        { err: error },
        inUse
          ? 'a transaction holds a table that a migration changes, as that of a backup does; waiting for its end'
          : 'the database is not there yet; waiting for it',
      ),
  });
  const rsa = rsaDecryptor(Math.max(1, Math.floor(availableParallelism() / processes)));
  const hashing = passwords(random);
  const strength = passwordStrength();
  const firstKey = await firstDataKey({ db: database.db, now, random }, held.master);
  if (firstKey) held.keys = firstKey.keys;
  else await loadKeys(database.db, held);
  const first = await firstStart({
    db: database.db,
    sealing: seal,
    passwords: hashing,
    now,
    random,
    dataFolder: config.dataFolder,
    serverKeyBits: config.serverKeyBits,
    firstKey,
    loadKeys: () => loadKeys(database.db, held),
  });

  if (first.administrator) announceAdministrator(say, first.administrator);
  const recent = recentAcceptances(monotonic);
  await database.watchTimeline((db, last) =>
    settlePromotion(db, { sealing: seal, now, random, recent }, last),
  );

  // What functions can use, and what is built on it.
  const mailSettings = mailSettingsReader(database.db, monotonic);
  const registry = new Registry();
  const base = {
    db: database.db,
    sealing: seal,
    onAlteredRow: toldOnce((row) =>
      log.error({ row }, 'this row was written or altered without the master key: it counts for nothing'),
    ),
    rsa,
    serverKeys: serverKeys({ db: database.db, sealing: seal, rsa, monotonic }),
    deviceTypes: await loadDeviceTypes(new URL('../device-types/', import.meta.url)),
    settings: settingsReader(database.db, monotonic),
    mailSettings,
    queueMail: mailQueue({ sealing: seal, mailSettings, publicUrl: config.publicUrl, now, random }),
    policies: policyReader(database.db, monotonic),
    passwords: hashing,
    strength,
    printLetters,
    drawReport,
    ldapServers: ldapServers(monotonic, directoryMetric(registry)),
    publicUrl: config.publicUrl,
    backups: await backupsOf(config, version, held, (error) =>
      log.error({ err: error }, 'a backup could not be made'),
    ),
    now,
    random,
  };
  const clock = { refillMilliseconds: 6_000, now: monotonic, sleep };
  const ownGuesses = {
    ...clock,
    burst: Math.ceil(config.wrongCodes / processes),
    refillMilliseconds: clock.refillMilliseconds * processes,
  };
  const wrongCodes = wrongCodeTrail(base, (error) =>
    log.error({ err: error }, 'wrong activation codes could not be recorded'),
  );
  const codeLimit = guessLimit({
    burst: config.wrongCodes,
    brake: WRONG_CODES_OF_ALL,
    onWrong: wrongCodes.count,
    patienceMilliseconds: CODE_PATIENCE_MILLISECONDS,
    ...clock,
  });
  const counters = appMetrics(registry);
  const commit = acceptances({ ...base, recent: database.kind === 'postgresql' ? recent : undefined });
  const inTurn = oneAtATime();
  const attempts = authenticator({ ...base, commit, inTurn, observe: counters.authentication });

  const publicHost = new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, '');
  const served = await startCertificate(base, { config, publicHost, log });
  const tls = served.material();
  certificateMetric(registry, () => expiryOf(readChain(served.facts().pem)));

  const untrusted = config.asynchronousReplication
    ? async () => undefined
    : replicationWatch({ db: database.db, clock: monotonic });
  const node = ownNode({
    ...base,
    host: hostname(),
    process: process.pid,
    version,
    refusal: async () => ready?.refusal(),
  });
  ready = readiness({
    ...base,
    clock: monotonic,
    sleep,
    proveAcceptance: () => proveAcceptance(base),
    untrusted: async () => node.clockRefusal() ?? (await untrusted()),
    onChange: (refusal, error) =>
      refusal
        ? log.error({ err: error, reason: refusal.code }, `not ready: ${inEnglish(refusal)}`)
        : log.info('ready again'),
  });
  const refusedCalls = refusals(base, (error) => {
    log.error({ err: error }, 'refused calls could not be recorded');
  });
  const stop = stopping({ drainSeconds: config.drainSeconds, clock: monotonic, sleep });
  const acme = {
    served,
    version,
    acmeByDns: config.acmeDnsCommand !== undefined,
    setDns: config.acmeDnsCommand === undefined ? undefined : dnsCommand(config.acmeDnsCommand),
  };
  const context = {
    ...base,
    ...acme,
    activate: tokenActivator(base),
    recordOpened: openedRecorder(base),
    recordRefused: refusalRecorder(base),
    recordReuse: reuseRecorder(base),
    comparison: comparisonReader(base),
    attempts,
    passwordAttempts: passwordAttempts({ ...base, attempts, observe: counters.radiusPassword }),
    refusals: refusedCalls,
    commit,
    inTurn,
    recordSession: sessionRecorder(base),
    radiusListeners: () => (radius?.listeners ?? []).map(({ kind, address }) => ({ kind, address })),
    codeLimit,
    authenticatorOrigins: config.authenticatorOrigins,
    logOnLimit: guessLimit(ownGuesses),
    accountLimit: guessLimit({ ...ownGuesses, levelsOf: oneLevel }),
    sendMail: sendBySmtp,
    metrics: registry,
    stopping: stop,
    readiness: ready,
    counters,
    auditHead: headKeeper(base, join(config.dataFolder, AUDIT_HEAD_FILE)),
    onAuditFindings: (findings: readonly AuditFinding[]) =>
      log.error(
        { findings: findings.map((finding) => ({ ...finding, detail: inEnglish(finding.detail) })) },
        'the audit trail was altered beside the server',
      ),
  };
  let radius: RadiusServer | undefined;
  const way = givingWay({ clock: monotonic, sleep, lastArrival: () => stop.lastArrival });
  const stopLinking = keepAuditLinked(
    { ...context, giveWay: () => way.sleep(1) },
    (anchor) => log.info({ anchor }, 'the end of the audit chain'),
    saidSeldom(log, monotonic, 'the audit trail could not be linked'),
  );
  const guesses = watchGuesses(
    { ...base, codeLimit, monotonic, trail: wrongCodes },
    {
      error: (error) => log.error({ err: error }, 'wrong activation codes could not be recorded'),
      alarm: (braked) =>
        braked
          ? log.warn('activation codes are being guessed: sources that sent wrong ones have to wait')
          : log.info('activation codes are no longer being guessed'),
    },
  );
  guessingMetric(registry, codeLimit.braked);
  processMetrics(registry, version, async () => ready !== undefined && !(await ready.refusal()));
  waitingMetrics(registry, monotonic, () => countWaiting(database.db));
  backupMetric(registry, () => backupAges(database.db, now()));
  sourceMetric(registry, () => sourceAges(database.db));

  const forwarding = forwardTargets(config.auditForward, { host: publicHost, version, now });
  forwardMetric(registry, () => forwardLags(base.db));
  alertMetric(registry, async () => (await listAlerts(base.db)).map(({ id }) => id));
  const work = startWork(
    {
      ...base,
      ...acme,
      dataFolder: config.dataFolder,
      untrusted,
      forwarding,
      held,
      readMaster: masterKeys.read,
      monotonic,
      ...way,
    },
    log,
  );

  const leaveNodes = keepNodeNoted(
    node,
    saidSeldom(log, monotonic, 'this node could not be noted; it is tried again'),
  );

  // The listener.
  const hosts = hostNames({ '/console': config.consoleHosts, '/self-service': config.selfServiceHosts });
  const listening = (material: TlsMaterial) => tlsListening(material, config.tlsOldClients);
  const secure = tls && listening(tls);
  const { trustedProxies, apiDocs, accessLog } = config;
  const { cap, most, stopLooking } = connectionLimits(config, processes, monotonic, log);
  const validation = tlsValidation(
    base,
    saidSeldom(log, monotonic, 'what a certificate authority is to be shown could not be read'),
  );
  const app = await buildApp({
    context,
    log,
    tls: secure,
    validation: { ALPNCallback: validation.ALPNCallback },
    trustedProxies,
    hosts,
    apiDocs,
    accessLog,
    connections: { cap, most: most.https },
  });
  const sharedPort = share !== undefined;
  await byOption(
    '--listen',
    app.listen({ host: config.host, port: config.port, reusePort: sharedPort } as FastifyListenOptions),
  );
  const { url, port } = whereItListens(app, config, secure !== undefined);

  radius = await startRadius(
    context,
    {
      ...config.radius,
      radsec: config.radius.radsec && secure ? { ...config.radius.radsec, tls: secure } : undefined,
    },
    {
      count: context.counters.radius,
      countDrop: context.counters.radiusDropped,
      onError: saidSeldom(log, monotonic, 'RADIUS failed'),
      connections: { cap, most: most.radsec },
      arrived: stop.arrived,
      clock: () => performance.now(),
      sharedPort,
    },
  );
  const readMetrics = share?.metrics(registry) ?? (() => registry.metrics());
  const metrics =
    config.metrics &&
    (await byOption(
      '--metrics-listen',
      listenForMetrics(context, config.metrics, { sharedPort, read: readMetrics }),
    ));

  const challenges =
    config.acme && (await byOption('--acme-listen', listenForAcme(context, config.acme, { sharedPort })));

  const files = hostFiles(config.dataFolder, port);
  if (tls) await files.notePresented(tls);
  served.watch(tls, async (material) => {
    const renewed = listening(material);
    (app.server as unknown as { setSecureContext(options: object): void }).setSecureContext(renewed);
    radius?.renew(renewed);
    log.info('the TLS certificate was replaced');
    await files.notePresented(material);
  });
  const stopWatching =
    config.tls.kind === 'files'
      ? watchTlsFiles(
          config.tls,
          served.replaceGiven,
          saidSeldom(log, monotonic, 'the changed TLS certificate cannot be used; the earlier one stays'),
        )
      : () => {};

  await files.noteServer({ url, serverName: publicHost, tls: tls !== undefined });
  await record(base.db, base, SYSTEM, {
    action: 'server.start',
    object: 'server',
    reason: text('event.version', { version }),
  });

  announce(say, {
    config,
    version,
    url,
    own: served.facts().source === 'own',
    radius: context.radiusListeners(),
    metrics: metrics?.address,
    acme: challenges?.address,
  });
  return {
    url,
    async stop() {
      log.info('stopping');
      await stop.drain();
      const step = (name: string, end: () => Promise<unknown>, milliseconds?: number): Promise<void> =>
        endStep(log, name, end, milliseconds);
      stopWatching();
      stopLooking();
      served.stop();
      void validation.stop();
      await Promise.all([
        step('answer RADIUS', async () => radius?.stop(), STOP_MILLISECONDS + 1_000),
        step('answer HTTP', () => closeHttp(app), STOP_MILLISECONDS + 1_000),
      ]);
      await step('answer metrics', async () => metrics?.stop());
      await step('answer certificate authorities', async () => challenges?.stop());
      await Promise.all(work.map(([name, end]) => step(name, end)));
      await step('record wrong activation codes', guesses.stop);
      await step('leave the nodes', leaveNodes);
      await step('record refused calls', refusedCalls.stop);
      await step('link the audit trail', stopLinking);
      await step('close the database', () => Promise.all([rsa.close(), strength.close(), database.close()]));
      await step('remove server.json', files.removeServer);
      await step('remove the presented certificate', files.removePresented);
    },
  };
}

/** The library that encrypts is loaded only if it is used. */
async function backupsOf(
  config: Config,
  version: string,
  held: HeldKeys,
  onError: (error: unknown) => void,
): Promise<BackupContext['backups']> {
  const { backup: plan, backupKeyRecipient, database: location } = config;
  const running: BackupContext['backups']['running'] = new Set();
  const common = { plan, location, version, onError, startThread, running };
  if (!plan) return { ...common, wrapKey: undefined };
  const { addRecipients, wrapKey } = await import('./operations/backup/envelope.ts');
  addRecipients([...plan.recipients, ...(backupKeyRecipient === undefined ? [] : [backupKeyRecipient])]);
  return {
    ...common,
    // One in an HSM is in no backup.
    get wrapKey() {
      const { octets } = held.master;
      return octets && backupKeyRecipient ? () => wrapKey(octets, backupKeyRecipient) : undefined;
    },
  };
}

/** Where it is reached from this host. */
function whereItListens(
  app: FastifyInstance,
  config: Config,
  secure: boolean,
): { url: string; port: number } {
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const wildcard = config.host === '0.0.0.0' || config.host === '::';
  const local = wildcard ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return { url: `${secure ? 'https' : 'http'}://${local}:${port}`, port };
}

/** Only this user may read the data folder. */
async function openFolder(config: Config, log: Logger): Promise<void> {
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
  const access = await closeToOthers(
    config.dataFolder,
    config.database.kind === 'sqlite' ? config.database.file : undefined,
  );
  if (access.closed.length > 0)
    log.warn({ files: access.closed }, 'other users of this host could read these; not any more');
  if (access.open.length > 0)
    log.error({ files: access.open }, 'other users of this host can read these; remove that permission');
}

/** Requests in flight are answered, and each connection ends after its answer. */
async function closeHttp(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), STOP_MILLISECONDS);
  // A connection whose answer was written before the stop, and which has become idle only now.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  await app.close();
  clearInterval(idle);
  clearTimeout(cut);
}
