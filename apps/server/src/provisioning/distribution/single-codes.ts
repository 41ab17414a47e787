/**
 * While the two-person rule is on, codes that are shown one by one count together: otherwise a loop would hand out what a job hands out only
 * after another administrator has approved it (docs/decisions/0101-codes-one-by-one.md).
 */

import { DAY } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import { type Actor, auditActorOf, HOST } from '../../core/actor.ts';
import { done, editedMeanwhile, type Outcome, type Refused } from '../../core/outcome.ts';
import {
  type Approved,
  secondApprovalOf,
  selvesOf,
  useSecondApproval,
} from '../../directory/second-approval.ts';
import { lastUseOfApproval } from '../../store/directory/second-approvals.ts';
import { countCodesBy } from '../../store/distribution/distributions.ts';
import { findSettings, lockInstallation } from '../../store/operations/installation.ts';
import { idAt } from '../../store/operations/old-rows.ts';
import type { Connection } from '../../store/schema/schema.ts';

const ACTION = 'token.distribute';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing' | 'onAlteredRow'>;

/** How many codes are left today, if they are counted: since the last approval, which is for as many again. */
async function leftFor(db: Connection, now: number, actor: Actor): Promise<number | undefined> {
  const { principal } = actor;
  const { settings } = await findSettings(db);
  // As for everything that the rule guards: nothing binds anyone who has the host.
  if (!settings['approvals.second'] || principal === undefined || principal === HOST) return undefined;
  const people = await selvesOf(db, principal);
  const since = Math.max(now - DAY, (await lastUseOfApproval(db, ACTION, people)) ?? 0);
  const most = settings['approvals.singleCodes'];
  return most - (await countCodesBy(db, people, { since, from: idAt(now - DAY) }, most));
}

const guarded = ({ principal }: Actor, most: number) =>
  ({ action: ACTION, object: `codes-of:${principal}`, title: `+${most}` }) as const;

/** Before a code is made. @returns the approval to use; or the refusal, after it was requested */
export async function approvalOfCode(context: Context, actor: Actor): Promise<Outcome<Approved>> {
  const left = await leftFor(context.db, context.now(), actor);
  if (left === undefined || left > 0) return done('unbound');
  const { settings } = await findSettings(context.db);
  return secondApprovalOf(context, auditActorOf(actor), guarded(actor, settings['approvals.singleCodes']));
}

/** In the transaction of the distribution: of several at once, no more than are left. */
export async function useApprovalOfCode(
  trx: Connection,
  context: Context,
  actor: Actor,
  approved: Approved,
): Promise<Refused | undefined> {
  const { settings } = await findSettings(trx);
  if (!settings['approvals.second']) return undefined;
  await lockInstallation(trx);
  if (approved !== 'unbound')
    return useSecondApproval(
      trx,
      context,
      auditActorOf(actor),
      guarded(actor, settings['approvals.singleCodes']),
      approved,
    );
  const left = await leftFor(trx, context.now(), actor);
  return left === undefined || left > 0 ? undefined : editedMeanwhile();
}
