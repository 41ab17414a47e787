/** Who decides requests on behalf of an administrator who is away. What a stand-in may do is determined for each request; see deciders.ts. */
import type { StandIn, StandInInput } from '@sower/api/stand-ins';
import { DAY, isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, covers, denied, scopesOf, within } from '../core/actor.ts';
import { done, invalidAt, type Outcome, type Refused, refused, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { administratorFor } from '../directory/administrators.ts';
import { cannotGrant, grantOf } from '../directory/roles.ts';
import { newId } from '../store/db/ids.ts';
import { findAdministrator, listGrants, listOwners } from '../store/directory/administrators.ts';
import {
  deleteEndedStandIns,
  deleteStandIn,
  findStoredStandIn,
  insertStandIn,
  listStoredStandIns,
  type StandInRow,
} from '../store/directory/stand-ins.ts';
import { userIdKey } from '../store/directory/users.ts';
import { lockActor } from '../store/work/jobs.ts';
import { deniedOrLent } from './deciders.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing' | 'onAlteredRow'>;
type NamingContext = Context & Pick<ServerContext, 'queueMail' | 'publicUrl'>;

const YEAR = 366 * DAY;
/** At the same time, for one administrator: for more, a role is the right means. */
const MOST = 10;

const view = (row: StandInRow): StandIn => ({
  id: row.id,
  administrator: row.administrator,
  standIn: row.standIn,
  from: isoTime(row.from_at),
  until: isoTime(row.until_at),
});

/** Those in which the actor is on either side, or all, if the actor may view administrators. Past ones are not shown. */
export async function showStandIns(
  context: Context,
  actor: Actor,
): Promise<Outcome<{ items: StandIn[]; canAdd: boolean }>> {
  const denial = await deniedOrLent(context, actor, 'requests:view');
  if (denial) return denial;
  const all = !denied(actor, 'administrators:view');
  const of = all ? undefined : (actor.principal ?? '');
  const rows = await listStoredStandIns(context.db, of);
  return done({
    items: rows.filter((row) => row.until_at > context.now()).map(view),
    canAdd: !denied(actor, 'requests:decide'),
  });
}

export async function addStandIn(
  context: NamingContext,
  actor: Actor,
  input: StandInInput,
): Promise<Outcome<StandIn>> {
  const denial = denied(actor, 'requests:decide');
  if (denial) return denial;
  const whose = await administratorOf(context, actor, input.administrator);
  if (!whose.ok) return whose;
  const administrator = whose.value;
  const grants = (await listGrants(context.db, context, [administrator.id])).map(grantOf);
  if (!grants.some(({ permissions }) => permissions.has('requests:decide')))
    return refused('wrong-state', text('stand-in.nothing', { administrator: administrator.user_name }));
  // A key may do less than its owner, and cannot pass on more than it may do.
  const whole: Actor = { kind: 'administrator', name: administrator.user_name, grants };
  const lent = within(scopesOf(whole, 'requests:view'), scopesOf(whole, 'requests:decide'));
  const missing = (['requests:view', 'requests:decide'] as const).filter((permission) =>
    lent.some((domain) => !covers(actor, permission, domain)),
  );
  if (missing.length > 0) return cannotGrant(missing, 'administrator');
  const other = await findAdministrator(context.db, context, userIdKey(input.standIn));
  if (other?.enabled !== 1)
    return refusedAt(
      'standIn',
      'not-found',
      text('administrator.not-found', { administrator: input.standIn }),
    );
  if (other.id === administrator.id) return invalidAt('standIn', text('stand-in.oneself'));
  const now = context.now();
  const from = input.from === undefined ? now : Date.parse(input.from);
  const until = Date.parse(input.until);
  if (from < now - DAY || from > now + YEAR) return invalidAt('from', text('token-request.date'));
  if (until <= Math.max(from, now) || until > from + YEAR) return invalidAt('until', text('stand-in.until'));
  const row = {
    id: newId(context),
    administrator_id: administrator.id,
    stand_in_id: other.id,
    from_at: from,
    until_at: until,
    created_at: now,
    created_by: actor.name,
  };
  return allOrNothing(context.db, async (trx) => {
    // Two simultaneous calls must not both stay below the limit.
    await lockActor(trx, 'administrator', administrator.id);
    await deleteEndedStandIns(trx, administrator.id, now);
    const present = (await listStoredStandIns(trx, administrator.id)).filter(
      ({ administrator_id }) => administrator_id === administrator.id,
    );
    if (present.length >= MOST) return refused('wrong-state', text('stand-in.too-many', { count: MOST }));
    await insertStandIn(trx, context, row);
    const words = text('event.stand-in', {
      administrator: other.user_name,
      from: isoTime(from),
      until: isoTime(until),
    });
    await audit(trx, context, actor, 'stand-in.add', administrator.user_name, words);
    if (other.mail !== null)
      await context.queueMail(trx, {
        event: 'stand-in-named',
        userRow: { name: other.user_name, mail: other.mail },
        values: {
          administrator: administrator.user_name,
          from,
          until,
          consoleUrl: `${context.publicUrl}/console/requests`,
        },
        sendBefore: until,
      });
    return done(
      view({ ...row, mark: null, administrator: administrator.user_name, standIn: other.user_name }),
    );
  });
}

/** By anyone who is away, or an administrator with authority over them. */
export async function endStandIn(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  // It takes a right away. Anyone whose it is may do that, also after they have lost the right.
  const denial =
    denied(actor, 'administrators:edit') && (await deniedOrLent(context, actor, 'requests:view'));
  if (denial) return denial;
  const row = await findStoredStandIn(context.db, id);
  const missing = refused('not-found', text('stand-in.not-found'));
  if (!row) return missing;
  const refusal = await refusalToEnd(context, actor, row);
  if (refusal)
    return refusal.problem === 'not-permitted' && denied(actor, 'administrators:edit') ? missing : refusal;
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteStandIn(trx, row.id))) return missing;
    const words = text('event.stand-in-ended', { administrator: row.standIn });
    await audit(trx, context, actor, 'stand-in.end', row.administrator, words);
    return done(undefined);
  });
}

async function refusalToEnd(context: Context, actor: Actor, row: StandInRow): Promise<Refused | undefined> {
  // A key that may only look ends nothing of its owner's.
  const mayWrite = actor.kind === 'administrator' || !denied(actor, 'requests:decide');
  if (actor.principal === row.administrator_id && mayWrite) return undefined;
  const found = await administratorFor(context, actor, row.administrator);
  return found.ok ? undefined : found;
}

/** The actor, or the owner of the API key. Naming a stand-in for someone else requires being able to grant that administrator's rights. */
async function administratorOf(
  context: Context,
  actor: Actor,
  named: string | undefined,
): Promise<Outcome<{ readonly id: string; readonly user_name: string }>> {
  const [own] = actor.principal === undefined ? [] : await listOwners(context.db, context, [actor.principal]);
  if (named === undefined || (own && userIdKey(own.user_name) === userIdKey(named)))
    return own ? done(own) : invalidAt('administrator', text('stand-in.whose'));
  const found = await administratorFor(context, actor, named);
  return found.ok ? done(found.value.row) : found;
}

function audit(
  trx: Parameters<typeof record>[0],
  context: Context,
  actor: Actor,
  action: 'stand-in.add' | 'stand-in.end',
  administrator: string,
  reason: Text,
): Promise<void> {
  return record(trx, context, actor, { action, object: `administrator:${administrator}`, reason });
}
