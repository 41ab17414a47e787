/** What goes on by itself until the stop: the table of all loops, and what schedules begin. */

import { DAY, MINUTE } from '@sower/api/time';
import type { Logger } from 'pino';
import { linkRounds } from '../audit/chain.ts';
import { figuresRound } from '../audit/figures/roll-up.ts';
import { type ForwardTarget, forwardRound, newPace, placesLook } from '../audit/forward/forward.ts';
import { verifyAtSetTime } from '../audit/proof.ts';
import { type RenewContext, renewWhenDue } from '../certificates/acme/renew.ts';
import type { TlsValidation } from '../certificates/acme/tls-validation.ts';
import type { ServerContext } from '../context.ts';
import { endLeavers } from '../directory/leaving.ts';
import { jobKinds } from '../jobs/kinds.ts';
import { runRules } from '../jobs/rules/run.ts';
import { startDueRun } from '../jobs/synchronize/runs.ts';
import { sendMailRound } from '../mail/send-due.ts';
import { keepAlerts } from '../operations/alerts/alerts.ts';
import type { LookContext } from '../operations/alerts/look.ts';
import { type BackupContext, makeDueBackup } from '../operations/backup/make.ts';
import type { OwnNode } from '../operations/nodes/nodes.ts';
import { doRetention, isTooLate, leavesRetention } from '../operations/retention/retention.ts';
import { type KeysContext, keyFollower } from '../operations/rotation/follow.ts';
import { watchGuesses } from '../provisioning/distribution/guess-watch.ts';
import { queueAllReminders } from '../provisioning/distribution/reminders.ts';
import { endLoans } from '../provisioning/tokens/lend.ts';
import { mailSavedReport } from '../reporting/mail-saved.ts';
import { lookAtWaiting } from '../requests/waiting.ts';
import { sendBySmtp } from '../smtp/transport.ts';
import type { DatabaseClock } from '../store/db/postgresql/clock.ts';
import { foldDueWords, hasDueWords } from '../store/directory/user-words.ts';
import type { Database } from '../store/schema/schema.ts';
import { type Loop, startLoop } from '../work/loops.ts';
import { forgetOldJobs, sourceRounds, workOnJob } from '../work/runner.ts';
import { type ScheduleKinds, scheduleRounds } from '../work/schedules.ts';
import { warnOfEnd } from './command-line-key.ts';
import { throttledLog } from './throttled-log.ts';

type Guesses = Parameters<typeof watchGuesses>[0];
type WorkContext = ServerContext &
  BackupContext &
  KeysContext &
  Omit<RenewContext, 'ends' | 'onOrder'> &
  LookContext &
  Parameters<typeof linkRounds>[0] &
  Pick<Guesses, 'codeLimit' | 'logOnLimit' | 'accountLimit' | 'trail'> & {
    readonly forwarding: readonly ForwardTarget[];
    readonly node: OwnNode;
    readonly validation: TlsValidation;
    readonly databaseClock: DatabaseClock;
    readonly monotonic: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
    readonly isAlone: () => boolean;
    readonly isAwaited: () => Promise<boolean>;
  };

/** @param failed what the log says of an error: each once a minute at most */
type BackgroundLoop = Loop & { readonly failed: string };
type Step = readonly [name: string, stop: () => Promise<unknown>];

const SECOND = 1_000;

/** @returns what stops each: `last` are for after everything else has ended, and see to what that has left */
export function startBackground(
  given: WorkContext,
  log: Logger,
): { readonly work: readonly Step[]; readonly last: readonly Step[] } {
  // Leases and due times are judged by the one clock that all nodes share.
  const context = { ...given, now: given.databaseNow };
  const logged = (failed: string) => throttledLog(log, context.monotonic, failed);
  const started = (loop: BackgroundLoop): Step => [
    loop.name,
    startLoop(loop, { before: given.databaseClock.read, onError: logged(loop.failed) }),
  ];
  return {
    work: [
      ...workLoops(context, log, logged).map(started),
      ...forwardLoops(context).map(started),
      [
        'end a backup',
        async () => {
          for (const backup of context.backups.running) await backup.stop();
        },
      ],
    ],
    last: lastLoops(given, log).map(started),
  };
}

function workLoops(
  context: WorkContext,
  log: Logger,
  logged: (failed: string) => (error: unknown) => void,
): BackgroundLoop[] {
  const kinds = jobKinds(context);
  const notRead = 'a directory could not be read; it is tried again';
  const notDone = 'what was due could not be done; it is tried again within an hour';
  const sources = sourceRounds(context, kinds, logged(notRead));
  const follower = keyFollower(context);
  const guesses = watchGuesses(context, (braked) =>
    braked
      ? log.warn('activation codes are being guessed: sources that sent wrong ones have to wait')
      : log.info('activation codes are no longer being guessed'),
  );
  const until = (ends: AbortSignal) => () => ends.aborted;
  return [
    {
      ...{ name: 'send mail', every: 2 * SECOND, failed: 'the mail queue could not be worked on' },
      round: () => sendMailRound({ ...context, sendMail: sendBySmtp }),
    },
    {
      ...{ name: 'do jobs', every: SECOND / 2, failed: 'a job could not go on; it is tried again' },
      round: (ends) => workOnJob(context, kinds, until(ends)),
    },
    {
      ...{ name: 'keep schedules', every: 5 * SECOND, failed: notDone },
      ...scheduleRounds(context, schedulesOf(context, log), logged(notDone)),
    },
    {
      ...{ name: 'read directories', every: SECOND / 2, failed: notRead },
      round: (ends) => sources.round(until(ends)),
      leave: sources.leave,
    },
    {
      ...{ name: 'run identity sources', every: 5 * SECOND },
      failed: 'a run of an identity source could not be started',
      round: () => startDueRun(context),
    },
    {
      ...{ name: 'end the access of those who leave', every: 5 * SECOND, atOnce: true },
      failed: 'the access of users whose date has come could not be ended; it is tried again',
      round: (ends) => endLeavers(context, until(ends)),
    },
    {
      ...{ name: 'fold names', every: SECOND },
      failed: 'names could not be made searchable; it is tried again',
      round: (ends) => foldNames(context.db, until(ends)),
    },
    {
      ...{ name: 'add up figures', every: 5 * SECOND },
      failed: 'figures could not be added up; it is tried again',
      round: (ends) => figuresRound(context, until(ends)),
    },
    {
      ...{ name: 'renew the certificate', every: 5 * SECOND },
      failed: 'a certificate could not be renewed; it is tried again',
      round: async (ends) => {
        await renewWhenDue({ ...context, ends, onOrder: orderLogged(log) });
      },
    },
    {
      ...{ name: 'learn of validations', every: 5 * SECOND },
      failed: 'what a certificate authority is to be shown could not be read',
      round: context.validation.round,
    },
    {
      ...{ name: 'follow data keys', every: SECOND },
      failed: 'the data keys could not be followed; it is tried again',
      round: (ends) => follower.round(until(ends)),
      leave: follower.leave,
    },
    {
      ...{ name: 'look at this host', every: MINUTE, failed: 'this host could not be looked at' },
      round: () => keepAlerts(context, 'host'),
    },
    {
      ...{ name: 'look at API keys', every: DAY, atOnce: true, failed: 'API keys could not be looked at' },
      round: () => warnOfEnd(context, endWarned(log)),
    },
    {
      ...{ name: 'record wrong activation codes', every: SECOND },
      failed: 'wrong activation codes could not be recorded',
      ...guesses,
    },
  ];
}

/** A destination that is slow or down does not keep the others waiting. */
const forwardLoops = (context: WorkContext): BackgroundLoop[] => [
  ...context.forwarding.map((target) => {
    const pace = newPace();
    return {
      ...{ name: `forward the audit trail to ${target.name}`, every: SECOND },
      failed: 'the audit trail could not be forwarded; it is tried again',
      round: async (ends: AbortSignal) => {
        await forwardRound({ ...context, ends }, target, pace);
      },
    };
  }),
  // Also if this process sends nowhere: what no one sends to any more would be waited for.
  {
    ...{ name: 'look where the audit trail goes', every: MINUTE },
    failed: 'the audit trail could not be forwarded; it is tried again',
    round: placesLook(context, context.forwarding),
  },
];

/** @param context with the clock of this host, which the first compares with that of the database */
const lastLoops = (context: WorkContext, log: Logger): BackgroundLoop[] => [
  {
    ...{ name: 'note this node', every: 10 * SECOND, atOnce: true },
    failed: 'this node could not be noted; it is tried again',
    round: context.node.round,
    leave: context.node.leave,
  },
  {
    ...{ name: 'link the audit trail', every: SECOND, failed: 'the audit trail could not be linked' },
    ...linkRounds(context, (anchor) => log.info({ anchor }, 'the end of the audit chain')),
  },
];

/** @param log warned when something is put off: what was deleted or ended because of a wrong clock is lost */
export function schedulesOf(context: WorkContext, log: Pick<Logger, 'warn' | 'info'>): ScheduleKinds {
  const unlessTooLate =
    (what: string, work: (isStopping: () => boolean) => unknown): ScheduleKinds['retention'] =>
    async (_, late, isStopping) => {
      if (isTooLate(late))
        log.warn(
          `${what} at the next time: the server has stood still for more than a week, or its clock is wrong`,
        );
      else await work(isStopping);
    };
  return {
    rules: () => runRules(context),
    'expiry-mail': () => queueAllReminders(context),
    loans: unlessTooLate('loans are ended', () => endLoans(context)),
    'clean-up': unlessTooLate('old jobs are ended', () => forgetOldJobs(context)),
    retention: Object.assign(
      unlessTooLate('old rows are deleted', async (isStopping) => {
        const deleted = await doRetention(context, isStopping);
        if (Object.values(deleted).some((rows) => rows > 0)) log.info({ deleted }, 'old rows were deleted');
      }),
      { leaves: (late: number) => leavesRetention(context, late) },
    ),
    'verify-audit': (_, __, isStopping) => verifyAtSetTime(context, isStopping),
    report: (about) => mailSavedReport(context, about),
    approvals: () => lookAtWaiting(context, 'often'),
    'approval-digest': () => lookAtWaiting(context, 'daily'),
    alerts: () => keepAlerts(context, 'installation'),
    ...(context.backups.plan ? { backup: () => makeDueBackup(context) } : {}),
  };
}

/** What an earlier version wrote, or a restore brought. Most rounds find nothing, and write nothing. */
async function foldNames(db: Database, isStopping: () => boolean): Promise<void> {
  while (!isStopping() && (await hasDueWords(db))) if (!(await foldDueWords(db))) return;
}

const orderLogged =
  (log: Logger): RenewContext['onOrder'] =>
  ({ failure, subject }) =>
    failure === undefined
      ? log.info({ subject }, 'a certificate was issued by ACME')
      : log.warn({ failure }, 'no certificate was issued by ACME; the present one stays');

const endWarned =
  (log: Logger) =>
  (days: number): void =>
    log.warn(
      { days },
      days === 0
        ? 'the API key of the command line has ended: sower api-key recover makes another'
        : 'the API key of the command line ends soon: sower api-key recover makes another',
    );
