/** Recurring work of the server: mail, reminders, jobs, and checking the command line's key. */

import type { Logger } from 'pino';
import type { ServerContext } from '../context.ts';
import { jobKinds } from '../jobs/kinds.ts';
import { keepRules } from '../jobs/rules/run.ts';
import { keepJobsDone } from '../jobs/runner.ts';
import { keepMailSent } from '../mail/send-due.ts';
import { keepReminding } from '../provisioning/distribution/reminders.ts';
import { sendBySmtp } from '../smtp/transport.ts';
import { keepWarningOfEnd } from './command-line-key.ts';

/** @returns what stops each, by name */
export function startWork(
  context: ServerContext & {
    readonly monotonic: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
  },
  log: Logger,
): readonly (readonly [name: string, stop: () => Promise<void>])[] {
  const failed = (message: string) => (error: unknown) => log.error({ err: error }, message);
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
    [
      'mail about what expires',
      keepReminding(context, failed('mail about what expires could not be queued')),
    ],
    ['do jobs', keepJobsDone(context, jobKinds(context), failed('a job could not go on; it is tried again'))],
    ['run rules', keepRules(context, failed('a rule could not be run; it is tried again'))],
    ['look at API keys', keepWarningOfEnd(context, warnOfEnd, failed('API keys could not be looked at'))],
  ];
}
