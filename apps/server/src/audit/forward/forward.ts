/**
 * Forwards the audit trail, in the order of its chain, at least once: the place is moved on only after what is before it has arrived. One node
 * at a time sends to each place. One that does not take anything costs a connection and its lag, and no other place waits for it.
 */
import type { AuditForward } from '@sower/api/audit-forwarding';
import { type Text, text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, TextError } from '../../core/outcome.ts';
import { inRounds } from '../../core/rounds.ts';
import { isoTime } from '../../core/time.ts';
import { reasonIn } from '../../store/db/reason.ts';
import { findChainHead, type LinkedRow, listLinks } from '../../store/tables/audit-chain.ts';
import {
  type AuditForwardRow,
  advanceAuditForward,
  claimAuditForward,
  deleteUnseenForward,
  findAuditForward,
  isForwardDue,
  leaveAuditForward,
  listAuditForwards,
  MOST_WAIT_MILLISECONDS,
  seeAuditForward,
} from '../../store/tables/audit-forwards.ts';
import type { ForwardedRow } from './lines.ts';

export type ForwardTarget = {
  /** Of the place, without anything secret. */
  readonly name: string;
  /** Whether a new place gets what is there already. */
  readonly fromStart: boolean;
  /** Ends once the rows have arrived. @throws TextError */
  send(rows: readonly ForwardedRow[], signal: AbortSignal): Promise<void>;
};

export type ForwardContext = Pick<ServerContext, 'db' | 'now' | 'random'> & {
  readonly ends: AbortSignal;
};

const BATCH = 1_000;
const SEND_MILLISECONDS = 30_000;
/** Longer than a batch takes; prolonged with each. */
const LEASE_MILLISECONDS = 60_000;
const ROUND_MILLISECONDS = 1_000;
/** A place that no process has known for so long is given up, and retention no longer waits for it. */
const UNSEEN_MILLISECONDS = 7 * 86_400_000;
const SEE_MILLISECONDS = 60_000;
/** For so many looks: whatever a clock says that has jumped, each process that sends there has had an hour to say so. */
const UNSEEN_LOOKS = 60;

/** @returns how many links were passed on */
export async function forwardRound(context: ForwardContext, target: ForwardTarget): Promise<number> {
  const { db, now, random, ends } = context;
  const id = target.name;
  const [known, head] = await Promise.all([findAuditForward(db, id), findChainHead(db)]);
  if (!known) {
    await seeAuditForward(db, { id, seq: beginningOf(target, head?.seq), now: now() });
    return 0;
  }
  if (!head || head.seq <= known.seq || !isForwardDue(known, now())) return 0;
  const lease = Buffer.from(random(16)).toString('base64url');
  const claimed = await claimAuditForward(db, { id, lease, now: now(), milliseconds: LEASE_MILLISECONDS });
  if (!claimed) return 0;
  let { seq } = claimed;
  try {
    for (;;) {
      const links = await listLinks(db, seq, BATCH);
      const last = links.at(-1);
      if (!last || ends.aborted) break;
      const rows = rowsOf(links);
      if (rows.length > 0)
        await target.send(rows, AbortSignal.any([ends, AbortSignal.timeout(SEND_MILLISECONDS)]));
      const until = now() + LEASE_MILLISECONDS;
      // Somebody else has it now: they send the same again, and nothing is lost.
      if (!(await advanceAuditForward(db, { id, lease, seq: last.seq, now: now(), until }))) return 0;
      seq = last.seq;
    }
    await leaveAuditForward(db, { id, lease });
  } catch (error) {
    if (ends.aborted) await leaveAuditForward(db, { id, lease });
    else await fail(context, { claimed, lease, error });
  }
  return seq - claimed.seq;
}

const beginningOf = ({ fromStart }: ForwardTarget, last: number | undefined): number =>
  fromStart ? 0 : (last ?? 0);

/** @returns says once that this process sends to its places, and gives up those that none has sent to for long */
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
  { claimed, lease, error }: { claimed: AuditForwardRow; lease: string; error: unknown },
): Promise<void> {
  const failures = claimed.failures + 1;
  const wait = Math.min(1_000 * 2 ** Math.min(failures, 12), MOST_WAIT_MILLISECONDS);
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

/** A link whose row was removed has nothing to say; the next verification has. */
const rowsOf = (links: readonly LinkedRow[]): ForwardedRow[] =>
  links.flatMap(({ seq, hash, row }) => {
    if (!row) return [];
    const { mark: _, ...shown } = row;
    return [{ seq, ...shown, hash }];
  });

/** @returns stops, after what it is doing */
export function keepForwarded(
  context: Omit<ForwardContext, 'ends'>,
  targets: readonly ForwardTarget[],
  onError: (error: unknown) => void,
): () => Promise<void> {
  const ending = new AbortController();
  const stops = targets.map((target) =>
    inRounds(
      ROUND_MILLISECONDS,
      async () => {
        await forwardRound({ ...context, ends: ending.signal }, target);
      },
      onError,
    ),
  );
  // Also if this process sends nowhere: what nobody sends to any more would be waited for.
  stops.push(inRounds(SEE_MILLISECONDS, placesLook(context, targets), onError));
  return async () => {
    ending.abort();
    await Promise.all(stops.map((stop) => stop()));
  };
}

export async function showForwarding(
  { db }: Pick<ServerContext, 'db'>,
  actor: Actor,
  inWords: (text: Text) => string,
): Promise<Outcome<{ items: AuditForward[] }>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  const [rows, head] = await Promise.all([listAuditForwards(db), findChainHead(db)]);
  return done({
    items: rows.map((row) => {
      const failure = row.failures === 0 ? undefined : reasonIn(row, inWords);
      return {
        target: row.id,
        lag: lagOf(row, head?.seq),
        link: row.seq,
        ...(row.sent_at === null ? {} : { sentAt: isoTime(row.sent_at) }),
        failures: row.failures,
        ...(row.failed_at === null ? {} : { failedAt: isoTime(row.failed_at) }),
        ...(failure === undefined ? {} : { failure }),
      };
    }),
  });
}

/** @param last the last link of the chain */
export const lagOf = ({ seq }: Pick<AuditForwardRow, 'seq'>, last: number | undefined): number =>
  Math.max(0, (last ?? 0) - seq);

export async function forwardLags(
  db: ServerContext['db'],
): Promise<readonly { readonly target: string; readonly lag: number; readonly failures: number }[]> {
  const [rows, head] = await Promise.all([listAuditForwards(db), findChainHead(db)]);
  return rows.map((row) => ({ target: row.id, lag: lagOf(row, head?.seq), failures: row.failures }));
}
