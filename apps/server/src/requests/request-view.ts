/** A request as shown, and whether the viewer may decide on it now. */

import type { TokenRequest } from '@sower/api/requests';
import { type Text, text } from '@sower/messages/outcomes';
import { type Actor, actorName, covers } from '../core/actor.ts';
import { isoTime } from '../core/time.ts';
import { listSamePerson } from '../store/tables/administrators.ts';
import { listDecisions, type RequestRow } from '../store/tables/requests.ts';
import type { Connection, Row } from '../store/tables/schema.ts';
import { stepsOf } from './offers.ts';

/** As the API shows it, not yet in words. */
export type RequestView = Omit<TokenRequest, 'notDecidable' | 'notDistributable'> & {
  readonly notDecidable?: Text;
  readonly notDistributable?: Text;
};

export async function viewRequests(
  db: Connection,
  /** The viewer; undefined for the user whose requests they are, who decides nothing. */
  actor: Actor | undefined,
  rows: readonly RequestRow[],
): Promise<RequestView[]> {
  const decisions = Map.groupBy(
    await listDecisions(
      db,
      rows.map(({ id }) => id),
    ),
    ({ request_id }) => request_id,
  );
  const self = actor && (await selfOf(db, actor));
  return rows.map((row) => {
    const made = decisions.get(row.id) ?? [];
    const steps = stepsOf(row);
    const bar = actor && self && barredFromApproving(actor, self, row, made);
    const own = self && row.state === 'approved' ? barredFromDistributing(self, row) : undefined;
    return {
      id: row.id,
      userId: row.userId,
      offer: row.offer_name,
      profile: row.profile_name ?? '',
      state: row.state,
      reason: row.reason,
      nickname: row.nickname,
      steps,
      step: row.step,
      distribution: row.distribution === 1,
      ...(row.deferred_until === null ? {} : { deferredUntil: isoTime(row.deferred_until) }),
      ...(row.serial === null ? {} : { serial: row.serial }),
      ...(row.replaces === null ? {} : { replaces: row.replaces }),
      history: made.map(({ decision, step, actor: by, at, comment }) => ({
        decision,
        ...(step === null ? {} : { step: steps[step]?.name ?? '' }),
        by,
        at: isoTime(at),
        comment,
      })),
      ...(bar === undefined ? {} : { notDecidable: bar }),
      ...(own === undefined ? {} : { notDistributable: own }),
      createdAt: isoTime(row.created_at),
      createdBy: row.created_by,
      version: row.version,
    };
  });
}

/**
 * Everyone who counts as the same person under several names: administrators who log on with tokens of one user, that user, and the API
 * keys that any of them owns.
 */
export type Self = {
  readonly names: ReadonlySet<string>;
  readonly persons: ReadonlySet<string>;
  readonly userRow: string | undefined;
};

export async function selfOf(db: Connection, actor: Actor): Promise<Self> {
  const same = actor.principal === undefined ? [] : await listSamePerson(db, actor.principal);
  return {
    persons: new Set([
      ...(actor.principal === undefined ? [] : [actor.principal]),
      ...same.map(({ id }) => id),
    ]),
    names: new Set([
      actorName(actor),
      ...same.flatMap(({ user_name, user_id }) => [`administrator:${user_name}`, `user:${user_id}`]),
    ]),
    userRow: same[0]?.user_row,
  };
}

/** Why this actor cannot approve the next step. Anyone else with the permission can: no step waits for one particular person. */
export function barredFromApproving(
  actor: Actor,
  self: Self,
  row: RequestRow,
  decisions: readonly Row<'request_decisions'>[],
): Text | undefined {
  if (row.state === 'approved') return text('token-request.approved');
  if (row.state !== 'pending') return text('token-request.closed');
  const bar = barredFromStep(actor, row);
  if (bar) return bar;
  if (isOwn(self, row)) {
    return text('token-request.own');
  }
  if (
    decisions.some(
      ({ decision, actor: by, person }) =>
        decision === 'approved' && (self.names.has(by) || self.persons.has(person ?? '')),
    )
  ) {
    return text('token-request.earlier-step');
  }
  return undefined;
}

/** Why this actor cannot perform the distribution step. */
export function barredFromDistributing(self: Self, row: RequestRow): Text | undefined {
  return isOwn(self, row) ? text('token-request.own-distribution') : undefined;
}

const isOwn = (self: Self, row: RequestRow): boolean =>
  self.names.has(row.created_by) || self.persons.has(row.person ?? '') || row.user_id === self.userRow;

/** The role that a step is restricted to. Super Admins are never excluded: a role that nobody has any more must not block requests. */
export function barredFromStep(actor: Actor, row: RequestRow): Text | undefined {
  if (!covers(actor, 'requests:decide', row.user_domain)) {
    return text('token-request.not-your-user');
  }
  const step = stepsOf(row)[row.step];
  if (step?.role === undefined) return undefined;
  const holds = actor.grants.some(
    ({ role, permissions, domain }) =>
      (role === step.role || role === 'super-admin') &&
      permissions.has('requests:decide') &&
      row.user_domain.startsWith(domain),
  );
  return holds ? undefined : text('token-request.other-role', { step: step.name });
}
