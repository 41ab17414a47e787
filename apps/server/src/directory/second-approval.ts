/**
 * The two-person rule (docs/decisions/0079-two-persons.md): while it is on, some actions are done only after another administrator has
 * approved them. Trying such an action requests the approval; once it is approved, the same person repeats the action, once. Keys without
 * an owner are exempt: they come from the server host, whose users the rule cannot bind.
 */
import type { GuardedAction, SecondApproval } from '@sower/api/second-approvals';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, type AuditActor, actorName, denied, HOST } from '../core/actor.ts';
import { done, invalidAt, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { newId } from '../store/db/ids.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { listSamePerson, listStoredAdministrators } from '../store/directory/administrators.ts';
import {
  claimSecondApproval,
  decideSecondApproval,
  insertSecondApproval,
  listSecondApprovals,
  type SecondApprovalRow,
  VALID_MILLISECONDS,
} from '../store/directory/second-approvals.ts';
import { findSettings, lockInstallation } from '../store/operations/installation.ts';
import type { Connection } from '../store/schema/schema.ts';
import { administratorsNow } from './roles.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing' | 'onAlteredRow'>;

export type Guarded = {
  readonly action: GuardedAction;
  /** Names exactly what is approved. */
  readonly object: string;
  readonly title: string;
};
/** What is claimed in the transaction of the action; `unbound`: nothing has to be claimed. */
export type Approved = { readonly id: string } | 'unbound';

/** How many one person may have open at once. */
const MAX_OPEN = 20;
const MAX_SHOWN = 1_000;

/**
 * Before the action.
 * @returns the approval to claim; or the refusal, after the approval was requested
 */
export async function secondApprovalOf(
  context: Context,
  actor: AuditActor,
  what: Guarded,
): Promise<Outcome<Approved>> {
  const { settings } = await findSettings(context.db);
  const person = actor.principal ?? HOST;
  if (!settings['approvals.second'] || (person === HOST && what.action !== 'master-key.rotate'))
    return done('unbound');
  // The request for approval is kept, although the action is refused.
  return inTransaction(context.db, async (trx): Promise<Outcome<Approved>> => {
    // Two simultaneous attempts make one request.
    await lockInstallation(trx);
    const rows = await listSecondApprovals(trx, context, context.now(), MAX_SHOWN);
    const own = rows.filter((row) => row.person === person && row.used_at === null);
    const same = own.filter((row) => row.action === what.action && row.object === what.object);
    for (const { id, decision, decided_person } of same)
      if (decision === 'approved' && (await mayStillApprove(trx, context, decided_person)))
        return done({ id });
    const latest = same[0];
    if (latest?.decision === 'rejected')
      return refused('wrong-state', text('second-approval.rejected', { who: latest.decided_by ?? '' }));
    const waiting = latest?.decision === null ? latest : undefined;
    if (!waiting && own.filter(({ decision }) => decision === null).length >= MAX_OPEN)
      return refused('wrong-state', text('second-approval.too-many', { count: MAX_OPEN }));
    const until = waiting?.expires_at ?? context.now() + VALID_MILLISECONDS;
    if (!waiting) {
      const decision = { decision: null, decided_by: null, decided_person: null, decided_at: null };
      await insertSecondApproval(trx, context, {
        ...what,
        ...decision,
        id: newId(context),
        asked_by: actor.name,
        person,
        asked_at: context.now(),
        expires_at: until,
        used_at: null,
      });
      await record(trx, context, actor, { action: 'second-approval.ask', ...recorded(what) });
    }
    return refused('approval-needed', text('second-approval.waits', { time: isoTime(until) }));
  });
}

/** In the transaction of the action. @returns the refusal if it has been used in the meantime */
export async function useSecondApproval(
  trx: Connection,
  context: Context,
  actor: AuditActor,
  what: Guarded,
  approved: Approved,
): Promise<Refused | undefined> {
  if (approved === 'unbound') return undefined;
  if (!(await claimSecondApproval(trx, approved.id, context.now())))
    return refused('wrong-state', text('second-approval.used'));
  await record(trx, context, actor, { action: 'second-approval.use', ...recorded(what) });
  return undefined;
}

const recorded = ({ action, object, title }: Guarded) => ({
  object,
  reason: text('event.second-approval', { action: text(`second-approval-action.${action}`), title }),
});

/** The person who approved it may have lost the right to since then. */
async function mayStillApprove(db: Connection, context: Context, id: string | null): Promise<boolean> {
  const actor = id === null ? undefined : (await administratorsNow(db, context, [id])).get(id);
  return actor !== undefined && !denied(actor, 'settings:edit');
}

/** All names under which the same person acts. */
export async function selvesOf(db: Connection, principal: string | undefined): Promise<readonly string[]> {
  if (principal === undefined) return [];
  const { administrators } = await listSamePerson(db, principal);
  return [principal, ...administrators.map(({ id }) => id)];
}

/** An API key cannot look at what it approves. */
const isPerson = (actor: Actor): boolean => actor.kind === 'administrator';

const stateOf = ({ decision, used_at }: SecondApprovalRow): SecondApproval['state'] =>
  used_at === null ? (decision ?? 'waiting') : 'used';

const view = (actor: Actor, selves: readonly string[], row: SecondApprovalRow): SecondApproval => ({
  id: row.id,
  action: row.action,
  object: row.object,
  title: row.title,
  askedBy: row.asked_by,
  askedAt: isoTime(row.asked_at),
  expiresAt: isoTime(row.expires_at),
  state: stateOf(row),
  ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
  ...(row.decided_at === null ? {} : { decidedAt: isoTime(row.decided_at) }),
  mayApprove: row.decision === null && isPerson(actor) && !selves.includes(row.person),
});

export const showSecondApprovals = (context: Context, actor: Actor) =>
  itemsFor(actor, 'settings:edit', async () => {
    const selves = await selvesOf(context.db, actor.principal);
    const rows = await listSecondApprovals(context.db, context, context.now(), MAX_SHOWN);
    return rows.map((row) => view(actor, selves, row));
  });

/** @param object what is approved, as listed; undefined: it is rejected */
export async function decideOnSecondApproval(
  context: Context,
  actor: Actor,
  id: string,
  object: string | undefined,
): Promise<Outcome<SecondApproval>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const decision = object === undefined ? 'rejected' : 'approved';
  if (decision === 'approved' && !isPerson(actor))
    return refused('not-permitted', text('second-approval.not-by-key'));
  return allOrNothing(context.db, async (trx) => {
    const rows = await listSecondApprovals(trx, context, context.now(), MAX_SHOWN);
    const row = rows.find((each) => each.id === id);
    if (!row) return refused('not-found', text('second-approval.not-found'));
    const selves = await selvesOf(trx, actor.principal);
    if (decision === 'approved' && selves.includes(row.person))
      return refused('not-permitted', text('second-approval.own'));
    if (object !== undefined && object !== row.object)
      return invalidAt('object', text('second-approval.other-object'));
    const decided = await decideSecondApproval(trx, context, row, {
      decision,
      decided_by: actorName(actor),
      decided_person: actor.principal ?? null,
      decided_at: context.now(),
    });
    if (!decided) return refused('wrong-state', text('second-approval.decided'));
    await record(trx, context, actor, {
      action: decision === 'approved' ? 'second-approval.approve' : 'second-approval.reject',
      ...recorded(row),
    });
    return done(view(actor, selves, decided));
  });
}

/** Whether there are two people, so that one can approve what the other requests. */
export async function twoCanApprove(db: Connection, context: Context): Promise<boolean> {
  const all = (await listStoredAdministrators(db)).map(({ id }) => id);
  const able = [...(await administratorsNow(db, context, all))].filter(
    ([, actor]) => !denied(actor, 'settings:edit'),
  );
  const persons = await Promise.all(able.map(async ([id]) => (await selvesOf(db, id)).toSorted()[0]));
  return new Set(persons).size >= 2;
}
