/**
 * Deciding requests: approve, reject, defer, withdraw, and the distribution step. Each is one compare-and-set on the request's version,
 * with everything that follows from it in the same transaction.
 */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ProblemCode } from '@sower/api/problems';
import type { Decisions, RequestDistribution } from '@sower/api/requests';
import { DAY } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { type Actor, type AuditActor, actorName, auditActorOf } from '../core/actor.ts';
import { done, editedMeanwhile, invalidAt, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { said } from '../core/unworded.ts';
import type { Distributed } from '../provisioning/distribution/distribute.ts';
import { barTo } from '../provisioning/tokens/eligibility.ts';
import { newId } from '../store/db/ids.ts';
import { standsInStill } from '../store/directory/stand-ins.ts';
import { findUserById, lockUser } from '../store/directory/users.ts';
import {
  changeRequest,
  closeRequest,
  findRequest,
  insertDecision,
  listDecisions,
  type RequestRow,
} from '../store/distribution/requests.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { shownRequest } from './ask.ts';
import {
  approverAmong,
  barredFromDistributing,
  barredFromWithdrawing,
  type Decider,
  type DecidersContext,
  decidersOf,
  deniedOrLent,
  enderAmong,
  notOpen,
  requestFor,
} from './deciders.ts';
import { type FulfilContext, fulfil, planFulfilment, repeatingCodes } from './fulfil.ts';
import { stepsOf } from './offers.ts';
import { type RequestView, requestMail } from './request-view.ts';

type Decision = { readonly id: string; readonly version: number; readonly comment: string };

export async function showRequest(context: DecidersContext, actor: Actor, id: string) {
  const found = await requestFor(context, await decidersOf(context, actor), 'requests:view', id);
  return found.ok ? shownRequest(context, actor, id) : found;
}

export async function approveRequest(
  context: FulfilContext,
  actor: Actor,
  { id, version, comment }: Decision,
): Promise<Outcome<RequestView>> {
  const found = await requestFor(context, await decidersOf(context, actor), 'requests:decide', id);
  if (!found.ok) return found;
  const { row } = found.value;
  if (row.version !== version) return editedMeanwhile();
  const approver = approverAmong(found.value.reaching, row, await listDecisions(context.db, [id]));
  if ('bar' in approver) {
    // Perhaps a decision was made between the two reads: then that is the reason.
    const present = await findRequest(context.db, id);
    return present && present.version !== version ? editedMeanwhile() : refused('wrong-state', approver.bar);
  }
  const { by } = approver;
  const user = await findUserById(context.db, row.user_id);
  if (!user || barTo({ userEnabled: user.enabled }, context.now())) {
    return refused('wrong-state', text('token-request.user-disabled'));
  }
  const last = row.step + 1 >= stepsOf(row).length;
  const planned =
    last && row.distribution === 0
      ? await planFulfilment(context, user, row, { nickname: row.nickname })
      : undefined;
  if (planned && !planned.ok) return planned;
  // The profile may have another delivery than at the request. A code of URL delivery is shown by the distribution step alone.
  const toHandOver = planned?.value.plan.profile.delivery === 'url';
  return decided(context, actor, row, async (trx) => {
    await change(trx, row, {
      step: row.step + 1,
      state: last ? 'approved' : 'pending',
      ...(toHandOver ? { distribution: 1 } : {}),
      deferred_until: null,
      ...waitsSince(context.now()),
    });
    await recordDecision(trx, context, { actor: auditActorOf(actor), by }, row, 'approved', comment);
    if (last) await context.queueMail(trx, requestMail('request-approved', row, { comment }));
    if (!planned || toHandOver) return;
    const { serial } = await fulfil(trx, context, auditActorOf(actor), user, planned.value);
    await closeRequest(trx, row.id, serial);
  });
}

export async function rejectRequest(
  context: FulfilContext,
  actor: Actor,
  { id, version, comment }: Decision,
): Promise<Outcome<RequestView>> {
  const open = await openRequest(context, actor, id, version);
  if (!open.ok) return open;
  const { row, by } = open.value;
  return decided(context, actor, row, async (trx) => {
    await change(trx, row, { state: 'rejected', deferred_until: null });
    await recordDecision(trx, context, { actor: auditActorOf(actor), by }, row, 'rejected', comment);
    await context.queueMail(trx, requestMail('request-rejected', row, { comment }));
  });
}

type Undecided = { readonly id: string; readonly code: ProblemCode; readonly detail: Text };

/** Each as if it were the only one, in a transaction of its own: for each, it is checked who may decide on it and whether it has changed. */
export async function decideRequests(
  context: FulfilContext,
  actor: Actor,
  { decision, items, comment }: Decisions,
): Promise<Outcome<{ readonly done: number; readonly failures: readonly Undecided[] }>> {
  const denial = await deniedOrLent(context, actor, 'requests:decide');
  if (denial) return denial;
  const decide = decision === 'approve' ? approveRequest : rejectRequest;
  const failures: Undecided[] = [];
  for (const item of items) {
    const outcome = await decide(context, actor, { ...item, comment });
    if (!outcome.ok) failures.push({ id: item.id, code: outcome.problem, ...said(outcome.detail) });
    await yieldToOthers();
  }
  return done({ done: items.length - failures.length, failures });
}

const YEAR = 366 * DAY;

export async function deferRequest(
  context: FulfilContext,
  actor: Actor,
  { id, version, comment, until }: Decision & { readonly until: string },
): Promise<Outcome<RequestView>> {
  const open = await openRequest(context, actor, id, version);
  if (!open.ok) return open;
  const { row, by } = open.value;
  const at = Date.parse(until);
  const now = context.now();
  if (at <= now || at > now + YEAR) return invalidAt('until', text('token-request.date'));
  return decided(context, actor, row, async (trx) => {
    await change(trx, row, { deferred_until: at, ...waitsSince(at) });
    await recordDecision(trx, context, { actor: auditActorOf(actor), by }, row, 'deferred', comment);
    await context.queueMail(trx, requestMail('request-deferred', row, { comment, until: at }));
  });
}

/** On behalf of the user. */
export async function cancelRequest(
  context: FulfilContext,
  actor: Actor,
  input: { readonly id: string; readonly comment: string },
): Promise<Outcome<RequestView>> {
  const found = await requestFor(context, await decidersOf(context, actor), 'requests:make', input.id);
  if (!found.ok) return found;
  const { row, reaching } = found.value;
  const bar = barredFromWithdrawing(reaching, row);
  if (bar) return refused('wrong-state', bar);
  return withdraw(context, auditActorOf(actor), actor, row, input.comment);
}

/** For self-service: only the user's own. */
export async function cancelOwnRequest(
  context: FulfilContext,
  auditActor: AuditActor,
  user: Row<'users'>,
  id: string,
): Promise<Outcome<RequestView>> {
  const row = await findRequest(context.db, id);
  if (row?.user_id !== user.id) return refused('not-found', text('token-request.not-found'));
  const bar = notOpen(row);
  return bar ? refused('wrong-state', bar) : withdraw(context, auditActor, undefined, row, '');
}

function withdraw(
  context: FulfilContext,
  auditActor: AuditActor,
  actor: Actor | undefined,
  row: RequestRow,
  comment: string,
) {
  return decided(context, actor, row, async (trx) => {
    await change(trx, row, { state: 'cancelled', deferred_until: null });
    await recordDecision(trx, context, { actor: auditActor }, row, 'cancelled', comment);
    await context.queueMail(trx, requestMail('request-cancelled', row, { comment }));
  });
}

/** The distribution step. Only this answer contains the activation code of a URL delivery. */
export async function distributeRequest(
  context: FulfilContext,
  actor: Actor,
  id: string,
  input: RequestDistribution,
): Promise<Outcome<Distributed>> {
  const found = await requestFor(context, await decidersOf(context, actor), 'tokens:distribute', id);
  if (!found.ok) return found;
  const { row } = found.value;
  if (row.state !== 'approved') {
    return refused(
      'wrong-state',
      row.state === 'pending' ? text('token-request.not-approved') : text('token-request.closed-distribute'),
    );
  }
  const bar = barredFromDistributing(found.value.reaching, row);
  if (bar) return refused('wrong-state', bar);
  const user = await findUserById(context.db, row.user_id);
  if (!user) return refused('not-found', text('token-request.not-found'));
  const plan = await planFulfilment(context, user, row, { ...input, nickname: row.nickname });
  if (!plan.ok) return plan;
  return repeatingCodes(() =>
    allOrNothing(context.db, async (trx) => {
      await lockUserOf(trx, row);
      await change(trx, row, { deferred_until: null });
      await recordDecision(trx, context, { actor: auditActorOf(actor) }, row, 'distributed', input.comment);
      const { serial, result } = await fulfil(trx, context, auditActorOf(actor), user, plan.value);
      await closeRequest(trx, row.id, serial);
      return done(result);
    }),
  );
}

/** The actor's permission was checked for where the user was then. */
async function lockUserOf(trx: Connection, row: RequestRow): Promise<void> {
  const user = await lockUser(trx, row.user_id);
  if (user?.domain !== row.user_domain) undo('edited-meanwhile', text('user.just-moved'));
}

async function openRequest(
  context: FulfilContext,
  actor: Actor,
  id: string,
  version: number,
): Promise<Outcome<{ row: RequestRow; by: Decider }>> {
  const found = await requestFor(context, await decidersOf(context, actor), 'requests:decide', id);
  if (!found.ok) return found;
  const { row, reaching } = found.value;
  if (row.version !== version) return editedMeanwhile();
  const ender = enderAmong(reaching, row);
  return 'bar' in ender ? refused('wrong-state', ender.bar) : done({ row, by: ender.by });
}

/** Those who can decide get mail again. */
const waitsSince = (at: number) => ({ waiting_since: at, told_at: null, escalated_at: null });

async function change(
  trx: Connection,
  row: RequestRow,
  columns: Parameters<typeof changeRequest>[3],
): Promise<void> {
  if (!(await changeRequest(trx, row.id, row.version, columns))) {
    undo('edited-meanwhile', text('token-request.just-decided'));
  }
}

const ACTIONS = {
  approved: 'request.approve',
  rejected: 'request.reject',
  deferred: 'request.defer',
  cancelled: 'request.cancel',
  distributed: 'request.distribute',
} as const;

async function recordDecision(
  trx: Connection,
  context: FulfilContext,
  { actor, by }: { readonly actor: AuditActor; readonly by?: Decider },
  row: RequestRow,
  decision: keyof typeof ACTIONS,
  comment: string,
): Promise<void> {
  const step = row.state === 'pending' && decision !== 'cancelled' ? row.step : null;
  const behalf = by?.standIn && by.actor;
  if (by?.standIn && !(await standsInStill(trx, context, by.standIn.id)))
    undo('not-permitted', text('stand-in.ended', { administrator: by.actor.name }));
  await insertDecision(trx, {
    id: newId(context),
    request_id: row.id,
    decision,
    step,
    actor: actor.name,
    person: actor.principal ?? null,
    on_behalf_of: behalf ? actorName(behalf) : null,
    on_behalf_person: behalf?.principal ?? null,
    comment,
    at: context.now(),
  });
  await record(trx, context, actor, {
    action: ACTIONS[decision],
    object: `request:${row.id}`,
    reason: text('event.parts', {
      parts: [
        text('event.offer-for', { offer: row.offer_name, user: row.userId }),
        ...(step === null ? [] : [text('event.step', { step: step + 1, steps: stepsOf(row).length })]),
        ...(behalf ? [text('event.on-behalf-of', { administrator: behalf.name })] : []),
        ...(comment === '' ? [] : [comment]),
      ],
    }),
  });
}

async function decided(
  context: FulfilContext,
  actor: Actor | undefined,
  row: RequestRow,
  work: (trx: Connection) => Promise<void>,
): Promise<Outcome<RequestView>> {
  const outcome = await repeatingCodes(() =>
    allOrNothing(context.db, async (trx) => {
      await lockUserOf(trx, row);
      await work(trx);
      return done(undefined);
    }),
  );
  return outcome.ok ? shownRequest(context, actor, row.id) : outcome;
}
