/** What functions of the server can use, constructed once: the only place that knows how its parts are made of one another. */

import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Registry } from '@prometheus-io/client';
import { hostNameOf } from '@sower/api/host-name';
import { inEnglish } from '@sower/texts/outcomes';
import type { Logger } from 'pino';
import type { AuditFinding } from '../audit/findings.ts';
import { headKeeper } from '../audit/head.ts';
import { refusals } from '../audit/refused-calls.ts';
import { sessionRecorder } from '../authentication/challenge/record-session.ts';
import { passwordAttempts } from '../authentication/challenge/with-password.ts';
import { keyedMutex } from '../authentication/limits/keyed-mutex.ts';
import { acceptances, proveAcceptance } from '../authentication/verify/acceptance.ts';
import { authenticator } from '../authentication/verify/authenticate.ts';
import { tlsValidation } from '../certificates/acme/tls-validation.ts';
import { credentialReader } from '../clients/agent-credentials.ts';
import { agentReader } from '../clients/agents.ts';
import type { Config } from '../config.ts';
import { guessLimit, WRONG_CODES_OF_ALL } from '../core/guess-limit.ts';
import { appMetrics, directoryMetric } from '../core/metrics.ts';
import { readiness } from '../http/readiness.ts';
import { stopping } from '../http/stopping.ts';
import { serverKeys } from '../keys/rsa/server-keys.ts';
import { ldapServers } from '../ldap/servers.ts';
import { accountLevels } from '../log-on/log-on-limit.ts';
import { mailQueue } from '../mail/queue.ts';
import { type BackupContext, startThread } from '../operations/backup/make.ts';
import { ownNode } from '../operations/nodes/nodes.ts';
import { replicationWatch } from '../operations/nodes/replication-watch.ts';
import type { KeyRing } from '../operations/rotation/follow.ts';
import { tokenActivator } from '../provisioning/distribution/activate.ts';
import { wrongCodeTrail } from '../provisioning/distribution/guess-watch.ts';
import { openings, refusalRecorder, reuseRecorder } from '../provisioning/distribution/record-run.ts';
import { printLetters } from '../provisioning/letters/print.ts';
import { loadDeviceTypes } from '../provisioning/profiles/device-types.ts';
import type { RadiusServer } from '../radius/start.ts';
import { drawReport } from '../reporting/print.ts';
import { comparisonReader } from '../self-service/activation.ts';
import { sendBySmtp } from '../smtp/transport.ts';
import { policyReader } from '../store/authentication/policies.ts';
import { databaseClock } from '../store/db/postgresql/clock.ts';
import { onceForEach } from '../store/keys/marks.ts';
import { mailSettingsReader } from '../store/mail/settings.ts';
import { settingsReader } from '../store/operations/installation.ts';
import { jobStatesReader } from '../store/work/jobs.ts';
import { dnsCommand, startCertificate } from './certificate.ts';
import { AUDIT_HEAD_FILE } from './first-start.ts';
import type { Foundation, Sources } from './foundation.ts';

/** Authenticators give up after ten seconds, and show what a 429 says. */
const CODE_PATIENCE_MILLISECONDS = 4_000;
/** One more wrong code is allowed after so long. */
const REFILL_MILLISECONDS = 6_000;

export type Composed = Awaited<ReturnType<typeof compose>>;

export async function compose(
  config: Config,
  foundation: Foundation,
  sources: Sources,
  { log, version, registry }: { readonly log: Logger; readonly version: string; readonly registry: Registry },
) {
  const { database, recent } = foundation;
  const { now, monotonic, sleep } = sources;
  const clockOfDatabase = databaseClock({ db: database.db, now, monotonic });
  await clockOfDatabase.read();
  const databaseNow = clockOfDatabase.now;
  const base = await baseOf(config, foundation, sources, { log, version, registry, databaseNow });
  const clock = { refillMilliseconds: REFILL_MILLISECONDS, now: monotonic, sleep };
  const guesses = { ...clock, burst: config.wrongCodes };
  const wrongCodes = wrongCodeTrail(base, (error) =>
    log.error({ err: error }, 'wrong activation codes could not be recorded'),
  );
  const counters = appMetrics(registry);
  const commit = acceptances({ ...base, recent: database.kind === 'postgresql' ? recent : undefined });
  const inTurn = keyedMutex();
  const attempts = authenticator({ ...base, commit, inTurn, observe: counters.authentication });
  const publicHost = hostNameOf(config.publicUrl);
  const { ready, node, untrusted } = readinessOf(config, base, sources, { log, version });
  let radius: RadiusServer | undefined;
  const context = {
    ...base,
    served: await startCertificate(base, { config, publicHost, log }),
    version,
    acmeByDns: config.acmeDnsCommand !== undefined,
    setDns: config.acmeDnsCommand === undefined ? undefined : dnsCommand(config.acmeDnsCommand),
    activate: tokenActivator(base),
    openings: openings(base),
    recordRefused: refusalRecorder(base),
    recordReuse: reuseRecorder(base),
    comparison: comparisonReader(base),
    attempts,
    agents: agentReader(base),
    credentials: credentialReader(base),
    passwordAttempts: passwordAttempts({ ...base, attempts, observe: counters.radiusPassword }),
    refusals: refusals(base, (error) => {
      log.error({ err: error }, 'refused calls could not be recorded');
    }),
    commit,
    inTurn,
    recordSession: sessionRecorder(base),
    radiusListeners: () => (radius?.listeners ?? []).map(({ kind, address }) => ({ kind, address })),
    codeLimit: guessLimit({
      ...guesses,
      brake: WRONG_CODES_OF_ALL,
      onWrong: wrongCodes.count,
      patienceMilliseconds: CODE_PATIENCE_MILLISECONDS,
    }),
    authenticatorOrigins: config.authenticatorOrigins,
    logOnLimit: guessLimit(guesses),
    accountLimit: guessLimit({ ...guesses, levelsOf: accountLevels(base) }),
    sendMail: sendBySmtp,
    metrics: registry,
    stopping: stopping({ drainSeconds: config.drainSeconds, clock: monotonic, sleep }),
    readiness: ready,
    counters,
    auditHead: headKeeper({ ...base, now }, join(config.dataFolder, AUDIT_HEAD_FILE)),
    onAuditFindings: (findings: readonly AuditFinding[]) =>
      log.error(
        { findings: findings.map((finding) => ({ ...finding, detail: inEnglish(finding.detail) })) },
        'the audit trail was altered beside the server',
      ),
  };
  return {
    context,
    publicHost,
    wrongCodes,
    node,
    untrusted,
    databaseClock: clockOfDatabase,
    validation: tlsValidation({ db: database.db, now: databaseNow }),
    /** Known once it listens; the context shows its listeners. */
    noteRadius(started: RadiusServer): void {
      radius = started;
    },
  };
}

async function baseOf(
  config: Config,
  { database, keyRing, seal, rsa, hashing, strength }: Foundation,
  { now, monotonic, random }: Sources,
  {
    log,
    version,
    registry,
    databaseNow,
  }: {
    readonly log: Logger;
    readonly version: string;
    readonly registry: Registry;
    readonly databaseNow: () => number;
  },
) {
  const mailSettings = mailSettingsReader(database.db, monotonic);
  return {
    db: database.db,
    sealing: seal,
    onAlteredRow: onceForEach((row) =>
      log.error({ row }, 'this row was written or altered without the master key: it counts for nothing'),
    ),
    rsa,
    serverKeys: serverKeys({ db: database.db, sealing: seal, rsa, monotonic }),
    deviceTypes: await loadDeviceTypes(new URL('../../device-types/', import.meta.url)),
    settings: settingsReader(database.db, monotonic),
    mailSettings,
    queueMail: mailQueue({
      ...{ sealing: seal, mailSettings, publicUrl: config.publicUrl, random },
      now: databaseNow,
    }),
    policies: policyReader(database.db, monotonic),
    runningJobStates: jobStatesReader(database.db, monotonic),
    passwords: hashing,
    strength,
    printLetters,
    drawReport,
    ldapServers: ldapServers(monotonic, directoryMetric(registry)),
    publicUrl: config.publicUrl,
    backups: await backupsOf(config, version, keyRing, (error) =>
      log.error({ err: error }, 'a backup could not be made'),
    ),
    now,
    databaseNow,
    random,
  };
}

/** Whether this process can serve, and what the other nodes learn of it. */
function readinessOf(
  config: Config,
  base: Awaited<ReturnType<typeof baseOf>>,
  { monotonic, sleep }: Sources,
  { log, version }: { readonly log: Logger; readonly version: string },
) {
  const untrusted = replicationWatch({ db: base.db, clock: monotonic, accepted: config });
  const node = ownNode({
    ...base,
    host: hostname(),
    process: process.pid,
    version,
    refusal: async () => ready.refusal(),
  });
  const ready = readiness({
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
  return { ready, node, untrusted };
}

/** The library that encrypts is loaded only if it is used. */
async function backupsOf(
  config: Config,
  version: string,
  keyRing: KeyRing,
  onError: (error: unknown) => void,
): Promise<BackupContext['backups']> {
  const { backup: plan, backupKeyRecipient, database: location } = config;
  const running: BackupContext['backups']['running'] = new Set();
  const common = { plan, location, version, onError, startThread, running };
  if (!plan) return { ...common, wrapKey: undefined };
  const { addRecipients, wrapKey } = await import('../operations/backup/envelope.ts');
  addRecipients([...plan.recipients, ...(backupKeyRecipient === undefined ? [] : [backupKeyRecipient])]);
  return {
    ...common,
    // One in an HSM is in no backup.
    get wrapKey() {
      const { octets } = keyRing.master;
      return octets && backupKeyRecipient ? () => wrapKey(octets, backupKeyRecipient) : undefined;
    },
  };
}
