/**
 * By whose right an actor decides: their own, or that of an administrator for whom they stand in. A stand-in never gets more than the
 * administrator holds now, and cannot approve a request that either of the two is part of.
 */

import type { Permission } from '@sower/api/permissions';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, covers, denied, scopesOf, within } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { administratorsNow, type WhyAbove, whyAboveAny } from '../directory/roles.ts';
import { listSamePerson } from '../store/directory/administrators.ts';
import { listStandInsNow } from '../store/directory/stand-ins.ts';
import { findRequest, type RequestRow } from '../store/distribution/requests.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { stepsOf } from './offers.ts';

export type DecidersContext = Pick<ServerContext, 'db' | 'now' | 'sealing' | 'onAlteredRow'>;

/**
 * Everyone who counts as the same person under several names: administrators who log on with tokens of one user, or with the password of one
 * entry of a directory; that user; and the API keys that any of them owns.
 */
export type Self = {
  readonly names: ReadonlySet<string>;
  readonly persons: ReadonlySet<string>;
  readonly userRows: ReadonlySet<string>;
};

export async function selfOf(db: Connection, actor: Actor): Promise<Self> {
  const { principal } = actor;
  const { administrators, users } =
    principal === undefined ? { administrators: [], users: [] } : await listSamePerson(db, principal);
  return {
    persons: new Set([
      ...(principal === undefined ? [] : [principal]),
      ...administrators.map(({ id }) => id),
    ]),
    names: new Set([
      actorName(actor),
      ...administrators.map(({ user_name }) => `administrator:${user_name}`),
      ...users.map(({ user_id }) => `user:${user_id}`),
    ]),
    userRows: new Set(users.map(({ id }) => id)),
  };
}

/** Whose right it is. */
export type Decider = {
  readonly actor: Actor;
  readonly self: Self;
  /** Who uses it in their place, and by which row. */
  readonly standIn?: { readonly id: string; readonly self: Self };
};

/**
 * The actor first, then everyone for whom they stand in now. Only rights that the others hold themselves count: what they may do as
 * stand-ins is not passed on. API keys do not stand in for anyone.
 */
export async function decidersOf(
  context: DecidersContext,
  actor: Actor,
): Promise<readonly [Decider, ...Decider[]]> {
  const { db } = context;
  const own: Decider = { actor, self: await selfOf(db, actor) };
  if (actor.kind !== 'administrator' || actor.principal === undefined) return [own];
  const rows = await listStandInsNow(db, context, context.now(), actor.principal);
  const actors = await administratorsNow(
    db,
    context,
    rows.map((row) => row.administrator_id),
  );
  const others = new Map<string, Decider>();
  for (const { id, administrator_id } of rows) {
    const them = actors.get(administrator_id);
    if (!them || others.has(administrator_id)) continue;
    const self = await selfOf(db, them);
    others.set(administrator_id, { actor: them, self, standIn: { id, self: own.self } });
  }
  return [own, ...others.values()];
}

/** Where requests are shown: for a stand-in, only where the administrator they stand in for decides. */
export const shownScopes = (deciders: readonly Decider[]): string[] =>
  deciders.flatMap(({ actor, standIn }) => {
    const scopes = scopesOf(actor, 'requests:view');
    return standIn ? within(scopes, scopesOf(actor, 'requests:decide')) : scopes;
  });

/** What a stand-in may do with rights of their own. */
export const lentPermissions = (deciders: readonly Decider[]): Permission[] =>
  shownScopes(deciders.filter(({ standIn }) => standIn)).length > 0
    ? ['requests:view', 'requests:decide']
    : [];

/** Whether a stand-in may call what needs one of these permissions, by the right of somebody who is away. */
export async function isLent(
  context: DecidersContext,
  actor: Actor,
  ...permissions: readonly (Permission | undefined)[]
): Promise<boolean> {
  if (!permissions.some((each) => each === 'requests:view' || each === 'requests:decide')) return false;
  const [, ...others] = await decidersOf(context, actor);
  return lentPermissions(others).some((lent) => permissions.includes(lent));
}

/** Refused if the actor may not, neither by a right of their own nor by one that is lent to them. */
export async function deniedOrLent(
  context: DecidersContext,
  actor: Actor,
  permission: Permission,
): Promise<Refused | undefined> {
  const denial = denied(actor, permission);
  return denial && !(await isLent(context, actor, permission)) ? denial : undefined;
}

const mayReach = ({ actor, standIn }: Decider, permission: Permission, domain: string): boolean =>
  covers(actor, permission, domain) &&
  (standIn === undefined ||
    ((permission === 'requests:view' || permission === 'requests:decide') &&
      covers(actor, 'requests:view', domain) &&
      covers(actor, 'requests:decide', domain)));

/** Who can reach a request for what a permission is for. */
export type Reaching = {
  readonly deciders: readonly Decider[];
  /** Why the others cannot, if only that keeps them from it: an administrator with more rights logs on with a token of the user. */
  readonly above: Text | undefined;
};

/** The one rule for what is done to a request, what is shown of it, and who gets mail about it. @param whyAbove of {@link aboveIn} */
export function decidersReaching(
  deciders: readonly Decider[],
  row: RequestRow,
  permission: Permission,
  whyAbove: WhyAbove<RequestRow>,
): Reaching {
  const able = deciders.filter((decider) => mayReach(decider, permission, row.user_domain));
  const why = able.map(({ actor }) => whyAbove(actor, permission, row));
  return {
    deciders: able.filter((_, index) => why[index] === undefined),
    above: why.find((bar) => bar !== undefined),
  };
}

export const aboveIn = (db: Connection, rows: readonly RequestRow[]): Promise<WhyAbove<RequestRow>> =>
  whyAboveAny(db, rows, ({ user_id }) => user_id);

/**
 * The request that an actor means, and by whose right they reach it; outside all of them, it does not exist.
 * @param deciders at least one in the result
 */
export async function requestFor(
  { db }: Pick<DecidersContext, 'db'>,
  deciders: readonly [Decider, ...Decider[]],
  permission: Permission,
  id: string,
): Promise<Outcome<{ row: RequestRow; reaching: Reaching }>> {
  const [own, ...others] = deciders;
  const denial = denied(own.actor, permission);
  if (denial && !lentPermissions(others).includes(permission)) return denial;
  const row = await findRequest(db, id);
  if (!row) return refused('not-found', text('token-request.not-found'));
  const reaching = decidersReaching(deciders, row, permission, await aboveIn(db, [row]));
  if (reaching.deciders.length > 0) return done({ row, reaching });
  return reaching.above
    ? refused('not-permitted', reaching.above)
    : refused('not-found', text('token-request.not-found'));
}

/** By whose right the next step can be approved, or why it cannot. @param reaching with `requests:decide` */
export function approverAmong(
  reaching: Reaching,
  row: RequestRow,
  decisions: readonly Row<'request_decisions'>[],
): ByOrBar {
  const bar = notPending(row);
  return bar ? { bar } : firstAble(reaching, (decider) => barredFromApproving(decider, row, decisions));
}

/** By whose right a request can be rejected or deferred, or why it cannot. @param reaching with `requests:decide` */
export function enderAmong(reaching: Reaching, row: RequestRow): ByOrBar {
  const bar = notOpen(row);
  return bar ? { bar } : firstAble(reaching, (decider) => barredFromEnding(decider, row));
}

type ByOrBar = { readonly by: Decider } | { readonly bar: Text };

function firstAble(reaching: Reaching, barOf: (decider: Decider) => Text | undefined): ByOrBar {
  const bars = reaching.deciders.map(barOf);
  const by = reaching.deciders[bars.indexOf(undefined)];
  return by ? { by } : { bar: bars[0] ?? outOfReach(reaching) };
}

const outOfReach = ({ above }: Reaching): Text => above ?? text('token-request.not-your-user');

export const notOpen = ({ state }: RequestRow): Text | undefined =>
  state === 'pending' || state === 'approved' ? undefined : text('token-request.closed');

const notPending = ({ state }: RequestRow): Text | undefined => {
  if (state === 'pending') return undefined;
  return text(state === 'approved' ? 'token-request.approved' : 'token-request.closed');
};

/**
 * Why the next step cannot be approved by this right, which reaches the request. Anyone else with the permission can: no step waits for one
 * particular person.
 */
export function barredFromApproving(
  decider: Decider,
  row: RequestRow,
  decisions: readonly Row<'request_decisions'>[],
): Text | undefined {
  const bar = notPending(row) ?? barredFromStep(decider.actor, row);
  if (bar) return bar;
  const { actor, self, standIn } = decider;
  if (isOwn(standIn?.self ?? self, row)) return text('token-request.own');
  if (hasApproved(standIn?.self ?? self, decisions)) return text('token-request.earlier-step');
  if (standIn && (isOwn(self, row) || hasApproved(self, decisions)))
    return text('token-request.own-of-other', { administrator: actor.name });
  return undefined;
}

/** Including what a stand-in approved on their behalf. */
const hasApproved = (self: Self, decisions: readonly Row<'request_decisions'>[]): boolean =>
  decisions.some(
    (made) =>
      made.decision === 'approved' &&
      ([made.actor, made.on_behalf_of].some((name) => self.names.has(name ?? '')) ||
        [made.person, made.on_behalf_person].some((person) => self.persons.has(person ?? ''))),
  );

/** Why a request cannot be rejected or deferred by this right, which reaches it. */
function barredFromEnding({ actor, self, standIn }: Decider, row: RequestRow): Text | undefined {
  if (standIn && isOwn(standIn.self, row)) return text('token-request.own');
  if (standIn && isOwn(self, row)) return text('token-request.own-of-other', { administrator: actor.name });
  return row.state === 'pending' ? barredFromStep(actor, row) : undefined;
}

/** Why the distribution step cannot be performed, for which no one stands in. @param reaching with `tokens:distribute` */
export function barredFromDistributing(reaching: Reaching, row: RequestRow): Text | undefined {
  const [own] = reaching.deciders;
  if (!own) return outOfReach(reaching);
  return isOwn(own.self, row) ? text('token-request.own-distribution') : undefined;
}

/** Why a request cannot be withdrawn on behalf of its user, for which no one stands in. @param reaching with `requests:make` */
export const barredFromWithdrawing = (reaching: Reaching, row: RequestRow): Text | undefined =>
  notOpen(row) ?? (reaching.deciders.length > 0 ? undefined : outOfReach(reaching));

const isOwn = (self: Self, row: RequestRow): boolean =>
  self.names.has(row.created_by) || self.persons.has(row.person ?? '') || self.userRows.has(row.user_id);

/** The role that a step is restricted to. Super Admins are never excluded: a role that no one has any more must not block requests. */
function barredFromStep(actor: Actor, row: RequestRow): Text | undefined {
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
