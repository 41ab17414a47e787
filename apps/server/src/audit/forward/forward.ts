/**
 * Forwards the audit trail, in the order of its chain, each row at least once: the position advances only after everything before it has
 * arrived. One node at a time sends to each destination. One that accepts nothing costs a connection and falls behind, and no other one
 * waits for it.
 */

import { DAY, MINUTE } from '@sower/api/time';
import { readText, type Text, text } from '@sower/texts/outcomes';
import type { AuditAction } from '@sower/texts/tables/audit-actions';
import type { ServerContext } from '../../context.ts';
import { SYSTEM } from '../../core/actor.ts';
import { TextError } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { findChainHead, type LinkedRow, listLinks } from '../../store/audit/chain.ts';
import {
  type AuditForwardRow,
  advanceAuditForward,
  claimAuditForward,
  deleteUnseenForward,
  findAuditForward,
  isForwardDue,
  leaveAuditForward,
  listAuditForwards,
  MAX_WAIT_MILLISECONDS,
  prolongAuditForward,
  seeAuditForward,
} from '../../store/audit/forwards.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { newLease } from '../../store/work/due.ts';
import type { ForwardedRow } from './lines.ts';

export type ForwardTarget = {
  /** Of the destination, without anything secret. */
  readonly name: string;
  /** Whether a new destination gets what is there already. */
  readonly fromStart: boolean;
  /** Ends once the rows have arrived. @throws TextError */
  send(rows: readonly ForwardedRow[], signal: AbortSignal): Promise<void>;
};

export type ForwardContext = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'> & {
  readonly ends: AbortSignal;
};

const SET_ASIDE: AuditAction = 'audit.set-aside';
const REFUSED: Text['code'] = 'audit-forward.refused';

/** The receiver answers, but does not accept these rows, however often they are sent. */
export class RowsRefused extends TextError {}

/** The receiver says for how many milliseconds it takes nothing. */
export class ReceiverBusy extends TextError {
  readonly wait: number;
  constructor(why: Text, wait: number) {
    super(why);
    this.wait = wait;
  }
}

const BATCH = 1_000;
const MORE = 16;
/** Attempts in a row, for some 14 seconds. */
const REFUSED_OFTEN = 3;
/** In a row; if there are more, single rows are not the problem. */
const MAX_ASIDE = 20;
/** The longest wait that this node chooses. */
const MAX_BACKOFF_MILLISECONDS = 5 * MINUTE;
const SEND_MILLISECONDS = 30_000;
/** Longer than a batch takes; prolonged with each. */
const LEASE_MILLISECONDS = MINUTE;
/** A destination that no process has known for so long is given up, and retention no longer waits for it. */
const UNSEEN_MILLISECONDS = 7 * DAY;
/** For so many looks: whatever a clock says that has jumped, each process that sends there has had an hour to say so. */
const UNSEEN_LOOKS = 60;

/** How many rows are sent to a destination at once: fewer after it did not accept them, then slowly more again. */
export type Pace = { most: number };
export const newPace = (): Pace => ({ most: BATCH });

/** @returns how many links were passed on */
export async function forwardRound(
  context: ForwardContext,
  target: ForwardTarget,
  pace: Pace = newPace(),
): Promise<number> {
  const { db, now, ends } = context;
  const id = target.name;
  const [known, head] = await Promise.all([findAuditForward(db, id), findChainHead(db)]);
  if (!known) {
    await seeAuditForward(db, { id, seq: beginningOf(target, head?.seq), now: now() });
    return 0;
  }
  if (!head || head.seq <= known.seq || !isForwardDue(known, now())) return 0;
  const lease = newLease(context);
  const claimed = await claimAuditForward(db, { id, lease, now: now(), milliseconds: LEASE_MILLISECONDS });
  if (!claimed) return 0;
  const delivery = { claimed, lease, pace, seq: claimed.seq };
  try {
    if (!(await sendFrom(context, target, delivery))) return 0;
    await leaveAuditForward(db, { id, lease });
  } catch (error) {
    if (ends.aborted) await leaveAuditForward(db, { id, lease });
    else await fail(context, delivery, error);
  }
  return delivery.seq - claimed.seq;
}

type Delivery = {
  readonly claimed: AuditForwardRow;
  readonly lease: string;
  readonly pace: Pace;
  /** The last link that arrived. */
  seq: number;
};

/**
 * Sends what there is. A batch that is refused is made smaller at once. One that fails in another way is smaller the next time: it may have
 * been too much for a receiver that is slow or does not report its limits. A single row that is refused is set aside, but only once a later
 * one was accepted: a receiver that refuses everything has to be repaired, and the rows wait for that.
 * @returns whether the lease is still held; if not, another node sends the same again, and nothing is lost
 */
async function sendFrom(
  context: ForwardContext,
  target: ForwardTarget,
  delivery: Delivery,
): Promise<boolean> {
  const { db, now, ends } = context;
  const { claimed, lease, pace } = delivery;
  const { id } = claimed;
  let aside: LinkedRow[] = [];
  let refusal: RowsRefused | undefined;
  for (;;) {
    const links = await listLinks(db, aside.at(-1)?.seq ?? delivery.seq, pace.most);
    const last = links.at(-1);
    if (ends.aborted) return true;
    if (!last) {
      if (refusal) throw refusal;
      return true;
    }
    const rows = rowsOf(links);
    // Nothing that could be taken.
    if (rows.length === 0 && refusal) {
      aside.push(...links);
      continue;
    }
    const until = (): number => now() + LEASE_MILLISECONDS;
    try {
      if (rows.length > 0)
        await target.send(rows, AbortSignal.any([ends, AbortSignal.timeout(SEND_MILLISECONDS)]));
    } catch (error) {
      pace.most = Math.max(1, Math.floor(links.length / 2));
      if (!(error instanceof RowsRefused)) throw error;
      if (!(await prolongAuditForward(db, { id, lease, until: until() }))) return false;
      if (links.length > 1) continue;
      if (!isRefusedOften(claimed) || aside.length === MAX_ASIDE) throw error;
      refusal = error;
      aside.push(last);
      continue;
    }
    const advanced = await inTransaction(db, async (trx) => {
      const at = { id, lease, seq: last.seq, now: now(), until: until() };
      if (!(await advanceAuditForward(trx, { ...at, aside: aside.map(({ seq }) => seq) }))) return false;
      await recordAside(trx, context, id, aside);
      return true;
    });
    if (!advanced) return false;
    delivery.seq = last.seq;
    aside = [];
    refusal = undefined;
    pace.most = Math.min(BATCH, pace.most + MORE);
  }
}

/** Not because of one answer that a receiver gives while it starts. */
const isRefusedOften = ({ failures, text: why }: AuditForwardRow): boolean =>
  failures >= REFUSED_OFTEN && why !== null && readText(why)?.code === REFUSED;

async function recordAside(
  trx: Connection,
  context: ForwardContext,
  target: string,
  aside: readonly LinkedRow[],
): Promise<void> {
  // A row that says so, and is refused too, would lead to the next one.
  const others = aside.filter(({ row }) => row?.action !== SET_ASIDE);
  if (others.length === 0) return;
  const links = others.map(({ seq }) => seq).join(', ');
  await record(trx, context, SYSTEM, {
    action: SET_ASIDE,
    object: 'audit',
    result: 'failure',
    reason: text('event.audit-set-aside', { target, links }),
  });
}

const beginningOf = ({ fromStart }: ForwardTarget, last: number | undefined): number =>
  fromStart ? 0 : (last ?? 0);

/** @returns says once that this process sends to its destinations, and gives up those that none has sent to for long */
export function placesLook(
  { db, now }: Pick<ForwardContext, 'db' | 'now'>,
  targets: readonly ForwardTarget[],
): () => Promise<void> {
  const unchanged = new Map<string, { readonly seenAt: number; readonly looks: number }>();
  return async () => {
    const head = await findChainHead(db);
    for (const target of targets)
      await seeAuditForward(db, { id: target.name, seq: beginningOf(target, head?.seq), now: now() });
    for (const row of await listAuditForwards(db)) {
      const before = unchanged.get(row.id);
      const looks = before?.seenAt === row.seen_at ? before.looks + 1 : 0;
      unchanged.set(row.id, { seenAt: row.seen_at, looks });
      if (targets.some(({ name }) => name === row.id)) continue;
      // Also one that was last seen by a clock that was far ahead.
      if (looks >= UNSEEN_LOOKS && Math.abs(now() - row.seen_at) > UNSEEN_MILLISECONDS)
        await deleteUnseenForward(db, row);
    }
  };
}

async function fail(
  { db, now }: ForwardContext,
  { claimed, lease, seq }: Delivery,
  error: unknown,
): Promise<void> {
  // Of those before, if nothing has arrived since.
  const failures = (seq > claimed.seq ? 0 : claimed.failures) + 1;
  const backoff = Math.min(1_000 * 2 ** Math.min(failures, 12), MAX_BACKOFF_MILLISECONDS);
  const wait = Math.min(
    error instanceof ReceiverBusy ? Math.max(backoff, error.wait) : backoff,
    MAX_WAIT_MILLISECONDS,
  );
  await leaveAuditForward(
    db,
    { id: claimed.id, lease },
    {
      failures,
      failed_at: now(),
      next_at: now() + wait,
      why: error instanceof TextError ? error.text : text('audit-forward.failed'),
    },
  );
  if (!(error instanceof TextError)) throw error;
}

/** A link whose row was removed has nothing to send; the next verification reports it. */
const rowsOf = (links: readonly LinkedRow[]): ForwardedRow[] =>
  links.flatMap(({ seq, hash, row }) => {
    if (!row) return [];
    const { mark: _, ...shown } = row;
    return [{ seq, ...shown, hash }];
  });
