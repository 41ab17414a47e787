/**
 * One run of a rule: a job for those who came, a note and a withdrawn code for those who left, their tokens freed when their time is up, and
 * a replacement with a job of its own for what expires. Each step is a transaction, and one that was done is not found again, so that a
 * run that died is simply repeated.
 */

import { rulePermissions } from '@sower/api/distribution-rules';
import { DAY, dayOf } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { type Actor, covers } from '../../core/actor.ts';
import { eachInTurn } from '../../core/each.ts';
import { done } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing, undo } from '../../core/transaction.ts';
import { starterOf } from '../../directory/starter.ts';
import { unassignToken } from '../../provisioning/tokens/assign.ts';
import { replaceToken } from '../../provisioning/tokens/replace.ts';
import { lockAssignedTokenFor } from '../../provisioning/tokens/token-for.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { lockUser } from '../../store/directory/users.ts';
import { withdrawLive } from '../../store/distribution/distributions.ts';
import {
  type AssignedToken,
  findRule,
  forgetReturned,
  hasLeft,
  hasOpenJob,
  listDueLeavers,
  listRules,
  noteRun,
  putLeaver,
  type RuleRow,
  stopRule,
} from '../../store/distribution/rules.ts';
import { hasMark } from '../../store/keys/marks.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { distributeMany } from '../distribution/input.ts';
import type { DistributionContext } from '../distribution/plan.ts';
import {
  concernedBy,
  concernOf,
  jobInputOf,
  leaversLeftToday,
  leftToday,
  readRule,
  today,
} from './concerned.ts';

/** How many are processed in one run; the rest follow in the next. */
const MAX_AT_ONCE = 10_000;

export async function runRules(context: DistributionContext): Promise<void> {
  const enabled = (await listRules(context.db)).filter(({ enabled }) => enabled === 1);
  await eachInTurn(enabled, (rule) => runOne(context, rule));
}

async function runOne(context: DistributionContext, rule: RuleRow): Promise<void> {
  const makerNow = () => makerOf(context, rule);
  if (!(await makerNow())) return;
  await noteRun(context.db, rule.id, context.now());
  await runRule(context, makerNow, rule);
}

/** The person who made it, with their rights as they are now. @returns undefined if it is no longer as this run has read it, or has to stop */
async function makerOf(context: DistributionContext, rule: RuleRow): Promise<Actor | undefined> {
  const present = await findRule(context.db, rule.id);
  if (present?.version !== rule.version || present.enabled !== 1) return undefined;
  if (!hasMark('distribution_rules', context, present)) {
    await stop(context, present, text('job.altered'));
    return undefined;
  }
  const starter = await starterOf(context, present, rulePermissions(readRule(present)), present.domain);
  if ('actor' in starter) return starter.actor;
  await stop(context, present, starter.ended);
  return undefined;
}

async function stop(
  context: DistributionContext,
  rule: RuleRow,
  reason: Parameters<typeof stopRule>[3] & object,
): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    if (!(await stopRule(trx, context, rule, reason))) return;
    const starter = { name: rule.actor_name };
    await record(trx, context, starter, {
      action: 'rule.stop',
      object: `rule:${rule.name}`,
      result: 'failure',
      reason,
    });
  });
}

/** @param makerNow asked before each step, of which there may be thousands: anyone who switches a rule off, or edits it, stops the run */
async function runRule(
  context: DistributionContext,
  makerNow: () => Promise<Actor | undefined>,
  rule: RuleRow,
): Promise<void> {
  const maker = await makerNow();
  if (!maker) return;
  await forgetReturned(
    context.db,
    { ...concernOf(rule), own: readRule(rule).leavers === 'own' },
    today(context),
  );
  const { joiners, leavers, expiring, unserved } = await concernedBy(context, maker, rule, MAX_AT_ONCE);
  for (const leaver of leavers.slice(0, await leaversLeftToday(context, rule))) {
    const actor = await makerNow();
    if (!actor) return;
    await noteLeaver(context, actor, rule, leaver);
  }
  const { freeAfterDays } = readRule(rule);
  const leftBefore = context.now() - freeAfterDays * DAY;
  for (const leaver of await listDueLeavers(context.db, rule.id, leftBefore, MAX_AT_ONCE)) {
    const actor = await makerNow();
    if (!actor) return;
    await freeToken(context, actor, rule, leaver);
  }
  // One job at a time, so that what it gives is counted before the next one is made.
  if (await hasOpenJob(context.db, rule.id)) return;
  const left = await leftToday(context, rule);
  const again = unserved.slice(0, left).map(({ serial }) => serial);
  const renewed = [...again, ...(await renew(context, makerNow, rule, expiring, left - again.length))];
  const stored = readRule(rule);
  const name = `${rule.name} ${dayOf(context.now())}`;
  const input = jobInputOf(name, stored);
  if (renewed.length > 0)
    await give(context, makerNow, rule, { ...input, tokens: 'held', choose: { serials: renewed } });
  for (const holding of [1, 0]) {
    const userIds = joiners.filter(({ holds }) => holds === holding).map(({ user_id }) => user_id);
    const tokens = holding === 1 ? 'held' : stored.tokens;
    if (userIds.length > 0) await give(context, makerNow, rule, { ...input, tokens, choose: { userIds } });
  }
}

async function give(
  context: DistributionContext,
  makerNow: () => Promise<Actor | undefined>,
  rule: RuleRow,
  input: Parameters<typeof distributeMany>[2],
): Promise<void> {
  const most = await leftToday(context, rule);
  const actor = await makerNow();
  if (most === 0 || !actor) return;
  const made = await distributeMany(context, actor, input, { id: rule.id, most });
  if (!made.ok && made.problem !== 'too-many-requests') await stop(context, rule, made.detail);
}

/** The code becomes invalid at once; the token stays assigned until its time is up. */
async function noteLeaver(
  context: DistributionContext,
  actor: Actor,
  rule: RuleRow,
  leaver: AssignedToken,
): Promise<void> {
  const { token_id, user_row, user_id, serial } = leaver;
  await allOrNothing(context.db, async (trx) => {
    await stillGone(trx, rule, leaver);
    await lockAssignedTokenFor(trx, actor, 'tokens:distribute', { id: token_id, serial, user_id: user_row });
    await putLeaver(trx, { token_id, rule_id: rule.id, user_id: user_row, since: context.now() });
    await withdrawLive(trx, context, token_id, {
      reason: text('event.rule-leaver', { rule: rule.name }),
      source: actor.source,
    });
    const starter = { name: rule.actor_name };
    await record(trx, context, starter, {
      action: 'rule.leaver',
      object: `token:${serial}`,
      reason: text('event.rule-leaver-of', { rule: rule.name, user: user_id }),
    });
    return done(undefined);
  });
}

async function freeToken(
  context: DistributionContext,
  actor: Actor,
  rule: RuleRow,
  leaver: AssignedToken,
): Promise<void> {
  await allOrNothing(context.db, async (trx) => {
    await stillGone(trx, rule, leaver);
    return unassignToken({ ...context, db: trx }, actor, { serial: leaver.serial });
  });
}

/** Undoes the transaction of a step about a user who has come back since the run looked. */
async function stillGone(trx: Connection, rule: RuleRow, { user_row }: AssignedToken): Promise<void> {
  await lockUser(trx, user_row);
  if (!(await hasLeft(trx, concernOf(rule), user_row))) undo('wrong-state', text('job-row.changed-since'));
}

/** @returns serial numbers of the replacements */
async function renew(
  context: DistributionContext,
  makerNow: () => Promise<Actor | undefined>,
  rule: RuleRow,
  expiring: readonly AssignedToken[],
  most: number,
): Promise<string[]> {
  const mint = readRule(rule).tokens === 'mint';
  const serials: string[] = [];
  for (const { serial } of expiring) {
    const actor = serials.length < most ? await makerNow() : undefined;
    if (!actor) break;
    // What was minted for one user is of no use to another; anyone who may not delete leaves it unassigned.
    const afterwards = mint && covers(actor, 'tokens:delete', rule.domain) ? 'delete' : 'unassign';
    const paired = await replaceToken(context, actor, { serial, mint, keepPin: true, afterwards });
    if (paired.ok) serials.push(paired.value);
  }
  return serials;
}
