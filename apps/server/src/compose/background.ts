/** Recurring work of the server: mail, jobs, what is due at set times, and checking the command line's key. */

import type { Logger } from 'pino';
import { keepFigures } from '../audit/figures/roll-up.ts';
import { type ForwardTarget, keepForwarded } from '../audit/forward/forward.ts';
import { keepRenewed, type RenewContext } from '../certificates/acme/renew.ts';
import type { ServerContext } from '../context.ts';
import { jobKinds } from '../jobs/kinds.ts';
import { runRules } from '../jobs/rules/run.ts';
import { keepSourcesRun } from '../jobs/synchronize/runs.ts';
import { keepMailSent } from '../mail/send-due.ts';
import { keepAlerts } from '../operations/alerts/alerts.ts';
import type { LookContext } from '../operations/alerts/look.ts';
import { type BackupContext, makeDueBackup } from '../operations/backup/make.ts';
import { doRetention, isTooLate } from '../operations/retention/retention.ts';
import { type KeysContext, keepKeysFollowed } from '../operations/rotation/follow.ts';
import { queueAllReminders } from '../provisioning/distribution/reminders.ts';
import { mailSavedReport } from '../reporting/mail-saved.ts';
import { lookAtWaiting } from '../requests/waiting.ts';
import { sendBySmtp } from '../smtp/transport.ts';
import { forgetOldJobs, keepJobsDone, keepSynchronized } from '../work/runner.ts';
import { keepSchedules } from '../work/schedules.ts';
import { keepWarningOfEnd } from './command-line-key.ts';
import { throttledLog } from './throttled-log.ts';

/** @returns what stops each, by name */
export function startWork(
  context: ServerContext &
    BackupContext &
    KeysContext &
    Omit<RenewContext, 'ends' | 'onOrder'> &
    LookContext & {
      readonly forwarding: readonly ForwardTarget[];
      readonly monotonic: () => number;
      readonly sleep: (milliseconds: number) => Promise<void>;
      readonly isAlone: () => boolean;
    },
  log: Logger,
): readonly (readonly [name: string, stop: () => Promise<void>])[] {
  const kinds = jobKinds(context);
  const failed = (message: string) => throttledLog(log, context.monotonic, message);
  const retention = inBackground(async (isStopping) => {
    const deleted = await doRetention(context, isStopping);
    if (Object.values(deleted).some((rows) => rows > 0)) log.info({ deleted }, 'old rows were deleted');
  }, failed('old rows could not be deleted; it is tried again at the next time'));
  const warnOfEnd = (days: number): void =>
    log.warn(
      { days },
      days === 0
        ? 'the API key of the command line has ended: sower api-key recover makes another'
        : 'the API key of the command line ends soon: sower api-key recover makes another',
    );
  return [
    [
      'send mail',
      keepMailSent({ ...context, sendMail: sendBySmtp }, failed('the mail queue could not be worked on')),
    ],
    ['do jobs', keepJobsDone(context, kinds, failed('a job could not go on; it is tried again'))],
    [
      'keep schedules',
      keepSchedules(
        context,
        {
          rules: () => runRules(context),
          'expiry-mail': () => queueAllReminders(context),
          'clean-up': () => forgetOldJobs(context),
          retention: async (_, late) => {
            if (!isTooLate(late)) retention.begin();
            else
              log.warn(
                'old rows are deleted at the next time: the server has stood still for more than a week, or its clock is wrong',
              );
          },
          report: (about) => mailSavedReport(context, about),
          approvals: () => lookAtWaiting(context, 'often'),
          'approval-digest': () => lookAtWaiting(context, 'daily'),
          alerts: () => keepAlerts(context),
          ...(context.backups.plan ? { backup: () => makeDueBackup(context) } : {}),
        },
        failed('what was due could not be done; it is tried again at its next time'),
      ),
    ],
    [
      'read directories',
      keepSynchronized(context, kinds, failed('a directory could not be read; it is tried again')),
    ],
    [
      'run identity sources',
      keepSourcesRun(context, failed('a run of an identity source could not be started')),
    ],
    ['add up figures', keepFigures(context, failed('figures could not be added up; it is tried again'))],
    ['delete old rows', retention.stop],
    [
      'end a backup',
      async () => {
        for (const backup of context.backups.running) await backup.stop();
      },
    ],
    [
      'forward the audit trail',
      keepForwarded(
        context,
        context.forwarding,
        failed('the audit trail could not be forwarded; it is tried again'),
      ),
    ],
    [
      'renew the certificate',
      keepRenewed(
        {
          ...context,
          onOrder: ({ failure, subject }) =>
            failure === undefined
              ? log.info({ subject }, 'a certificate was issued by ACME')
              : log.warn({ failure }, 'no certificate was issued by ACME; the present one stays'),
        },
        failed('a certificate could not be renewed; it is tried again'),
      ),
    ],
    [
      'follow data keys',
      keepKeysFollowed(context, failed('the data keys could not be followed; it is tried again')),
    ],
    ['look at API keys', keepWarningOfEnd(context, warnOfEnd, failed('API keys could not be looked at'))],
  ];
}

/** Work that continues while other schedules run; one at a time. */
function inBackground(
  work: (isStopping: () => boolean) => Promise<void>,
  onError: (error: unknown) => void,
): { begin(): void; stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  let stopped = false;
  return {
    begin() {
      running ??= work(() => stopped)
        .catch(onError)
        .finally(() => {
          running = undefined;
        });
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
