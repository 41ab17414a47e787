/**
 * Sends mail about waiting requests to those who can approve them: when one begins to wait, again after some days, and to others if no one
 * decides. Which requests were announced is recorded with the mail, in one transaction. This grants no rights.
 */

import type { Settings } from '@sower/api/settings';
import { DAY } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, SYSTEM } from '../core/actor.ts';
import { record } from '../core/record.ts';
import { administratorsNow, resolveRole, type WhyAbove } from '../directory/roles.ts';
import type { AdministratorAddress, MailNotice } from '../mail/queue.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { listStoredAdministrators } from '../store/directory/administrators.ts';
import { listStandInsNow } from '../store/directory/stand-ins.ts';
import { userIdKey } from '../store/directory/users.ts';
import { listDecisions, type RequestRow } from '../store/distribution/requests.ts';
import { claimUnanswered, claimUntold, forgetTimesToCome } from '../store/distribution/waiting-requests.ts';
import type { Row } from '../store/schema/schema.ts';
import { aboveIn, barredFromApproving, type Decider, decidersReaching, selfOf } from './deciders.ts';

type Context = Pick<
  ServerContext,
  'db' | 'now' | 'random' | 'sealing' | 'settings' | 'mailSettings' | 'queueMail' | 'publicUrl'
>;
type Event = Extract<MailNotice['event'], `approvals-${string}`>;

/** In one transaction, and in one mail. */
const BATCH = 1_000;

export async function lookAtWaiting(context: Context, when: 'often' | 'daily'): Promise<void> {
  const settings = await context.settings.current();
  const now = context.now();
  await forgetTimesToCome(context.db, now);
  if (when === 'often') while ((await escalate(context, settings, now)) === BATCH);
  if (settings['requests.approverMail'] !== (when === 'often' ? 'immediate' : 'daily')) return;
  // While mail is off, nothing counts as announced, so that nothing is forgotten once it is on.
  if (!(await context.mailSettings.current(context.db)).settings.enabled) return;
  while ((await tell(context, settings, now)) === BATCH);
}

async function tell(context: Context, settings: Settings, now: number): Promise<number> {
  const days = settings['requests.remindDays'];
  const remindBefore = days === 0 ? undefined : now - days * DAY;
  const able = await approvers(context);
  return inTransaction(context.db, async (trx) => {
    const rows = await claimUntold(trx, { now, remindBefore, limit: BATCH });
    const facts = { made: await decisionsOn(trx, rows), whyAbove: await aboveIn(trx, rows) };
    await context.queueMail(
      trx,
      ...able.flatMap((approver) =>
        noticeFor(
          context,
          'approvals-waiting',
          approver,
          rows.filter((row) => rightsFor(approver, row, facts).length > 0),
        ),
      ),
    );
    return rows.length;
  });
}

async function escalate(context: Context, settings: Settings, now: number): Promise<number> {
  const days = settings['requests.escalateDays'];
  if (days === 0) return 0;
  const able = await approvers(context);
  const named = settings['requests.escalateTo'];
  const role = named === '' ? undefined : await resolveRole(context.db, context, named);
  const isMeant = ({ actor }: Decider): boolean =>
    userIdKey(actor.name) === userIdKey(named) || holds(actor, role?.id);
  return inTransaction(context.db, async (trx) => {
    const rows = await claimUnanswered(trx, { now, before: now - days * DAY, limit: BATCH });
    const facts = { made: await decisionsOn(trx, rows), whyAbove: await aboveIn(trx, rows) };
    const mine = new Map<Approver, RequestRow[]>();
    for (const row of rows) {
      const can = able.map((approver) => ({ approver, by: rightsFor(approver, row, facts) }));
      const meant = can.filter(({ by }) => by.some(isMeant));
      const to =
        meant.length > 0
          ? meant
          : can.filter(({ by }) => by.some(({ actor }) => holds(actor, 'super-admin')));
      for (const { approver } of to) mine.set(approver, [...(mine.get(approver) ?? []), row]);
      const names = to.map(({ approver }) => approver.address.name).join(', ');
      await record(trx, context, SYSTEM, {
        action: 'request.escalate',
        object: `request:${row.id}`,
        reason: to.length === 0 ? text('event.escalated-to-nobody') : text('event.escalated-to', { names }),
      });
    }
    const notices = [...mine].flatMap(([approver, theirs]) =>
      noticeFor(context, 'approvals-escalated', approver, theirs),
    );
    await context.queueMail(trx, ...notices);
    return rows.length;
  });
}

type Approver = {
  /** Themselves, and those for whom they stand in now. */
  readonly deciders: readonly Decider[];
  readonly address: AdministratorAddress;
};

const holds = ({ grants }: Actor, role: string | undefined): boolean =>
  role !== undefined && grants.some((grant) => grant.role === role);

/** Enabled administrators who have a mail address. */
async function approvers(context: Context): Promise<Approver[]> {
  const { db } = context;
  const all = await listStoredAdministrators(db);
  const ids = all.map(({ id }) => id);
  const standIns = Map.groupBy(
    await listStandInsNow(db, context, context.now()),
    ({ stand_in_id }) => stand_in_id,
  );
  const own = new Map<string, Decider>();
  for (const [id, actor] of await administratorsNow(db, context, ids))
    own.set(id, { actor, self: await selfOf(db, actor) });
  return all.flatMap(({ id, user_name: name, mail }): Approver[] => {
    const themselves = own.get(id);
    if (!themselves || mail === null) return [];
    const others = (standIns.get(id) ?? []).flatMap((row): Decider[] => {
      const other = own.get(row.administrator_id);
      return other ? [{ ...other, standIn: { id: row.id, self: themselves.self } }] : [];
    });
    const deciders = [themselves, ...others].filter(({ actor }) =>
      actor.grants.some(({ permissions }) => permissions.has('requests:decide')),
    );
    return deciders.length === 0 ? [] : [{ deciders, address: { name, mail } }];
  });
}

type Decisions = readonly Row<'request_decisions'>[];

async function decisionsOn(
  trx: Context['db'],
  rows: readonly RequestRow[],
): Promise<(row: RequestRow) => Decisions> {
  const ids = rows.map(({ id }) => id);
  const made = Map.groupBy(await listDecisions(trx, ids), ({ request_id }) => request_id);
  return ({ id }) => made.get(id) ?? [];
}

type Facts = { readonly made: (row: RequestRow) => Decisions; readonly whyAbove: WhyAbove<RequestRow> };

/** By which of their rights they can decide. */
const rightsFor = ({ deciders }: Approver, row: RequestRow, { made, whyAbove }: Facts): Decider[] =>
  decidersReaching(deciders, row, 'requests:decide', whyAbove).deciders.filter(
    (decider) => barredFromApproving(decider, row, made(row)) === undefined,
  );

function noticeFor(
  { publicUrl }: Context,
  event: Event,
  { address }: Approver,
  rows: readonly RequestRow[],
): MailNotice[] {
  const since = (row: RequestRow): number => row.waiting_since ?? row.created_at;
  const [first, ...others] = rows;
  if (!first) return [];
  const oldest = others.reduce((one, other) => (since(other) < since(one) ? other : one), first);
  const values = {
    count: String(rows.length),
    offer: oldest.offer_name,
    since: since(oldest),
    consoleUrl: `${publicUrl}/console/requests`,
  };
  return [{ event, userRow: address, values }];
}
