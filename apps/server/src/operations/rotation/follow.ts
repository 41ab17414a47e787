/**
 * What each process does about data keys: it learns of a new one, and of a new master key, within a second; reports which keys it has; and
 * advances the rotation once all others are ready. Nothing here depends on synchronized clocks: whether another process is alive is seen
 * from its heartbeat.
 */

import { hostname } from 'node:os';
import { HOUR } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { SYSTEM } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import {
  type DataKeys,
  FIRST_KEY,
  firstKeys,
  type MasterKey,
  NO_KEYS,
  openKeys,
  usedKeys,
} from '../../keys/seal/key-ring.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import {
  changeDataKey,
  type DataKeyRow,
  dropOtherWraps,
  forgetKeyHolders,
  holdDataKey,
  type KeyHolder,
  listKeyHolders,
  noteKeyHolder,
  readDataKeys,
  type StoredKeys,
} from '../../store/keys/data-keys.ts';
import type { Database } from '../../store/schema/schema.ts';
import { type BatchContext, MIN_ROWS, nextBatch } from '../../work/batch-size.ts';
import { convertBatch } from './convert.ts';

/** What this process holds. Anyone who seals reads `keys` each time. */
export type KeyRing = {
  master: MasterKey;
  keys: DataKeys;
  /** When they were last read, by a clock that never goes back. */
  readAt: number;
};

export const keyRingOf = (master: MasterKey): KeyRing => ({
  master,
  keys: master.octets ? firstKeys(master.octets) : NO_KEYS,
  readAt: Number.NEGATIVE_INFINITY,
});

/**
 * Reads the data keys into `keyRing`.
 * @throws if the database belongs to another master key
 */
export async function loadKeys(
  db: Database,
  keyRing: KeyRing,
  monotonic: () => number = () => 0,
): Promise<void> {
  const at = monotonic();
  const stored = await readDataKeys(db);
  const opened = await openKeys(keyRing.master, stored.keys, stored.wraps);
  if (opened === 'other-master') throw new Error(otherMaster(keyRing, stored));
  if (opened === 'altered')
    throw new Error('the data keys in this database were altered without the master key. Restore a backup.');
  keyRing.keys = opened;
  keyRing.readAt = at;
}

function otherMaster(keyRing: KeyRing, { keys, wraps }: StoredKeys): string {
  const right = [...new Set(wraps.map(({ master }) => master))];
  const newest = keys.at(-1);
  const which = newest
    ? `: ${right.join(' or ')}, since ${newest.id === FIRST_KEY ? 'its first start' : 'it was changed'} (${new Date(newest.changed_at).toISOString()})`
    : ', which is in no HSM';
  return `this database belongs to another master key${which}. The one given here is ${keyRing.master.name}. Put the right one in its place (master.key, --master-key-file, --master-key-command or SOWER_MASTER_KEY).`;
}

export type KeysContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly keyRing: KeyRing;
  /** The master key as this process would find it if it started now. */
  readonly readMaster: () => Promise<MasterKey>;
  readonly monotonic: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
} & Pick<BatchContext, 'isAlone'>;

/** Until every process that lives has said so. */
const SETTLE_MILLISECONDS = 5_000;

/** Whether a data key may be in use that was announced after these were read: a process that was held up is not waited for. */
export const isBehind = ({ readAt }: Pick<KeyRing, 'readAt'>, monotonic: number): boolean =>
  monotonic - readAt >= SETTLE_MILLISECONDS;

/** A process whose heartbeat has not changed for this long has died. */
const DEAD_MILLISECONDS = 10_000;
/** How long the data key before still opens: what was sealed under it is in the hands of clients, or of a process that was stopped. */
export const OVERLAP_MILLISECONDS = HOUR;
/** A round ends after this long, to check the state again. */
const ROUND_MILLISECONDS = 1_000;

export type KeyFollower = {
  /** Checks the state, reports, and does the next step. @returns whether there is more to do at once */
  round(isStopping?: () => boolean): Promise<boolean>;
  /** No one waits for this process any more. */
  leave(): Promise<void>;
};

export function keyFollower(context: KeysContext): KeyFollower {
  const { keyRing, monotonic } = context;
  const own = Buffer.from(context.random(12)).toString('base64url');
  const seen = new Map<string, { beat: number; at: number }>();
  let watched = { step: '', at: 0 };
  let beat = 0;
  let rows: number = MIN_ROWS;

  /** Others that live, and this one. @returns undefined as long as some may not have said anything yet */
  async function living(newest: DataKeyRow): Promise<readonly KeyHolder[] | undefined> {
    const at = monotonic();
    const step = `${newest.id} ${newest.state}`;
    if (watched.step !== step) watched = { step, at };
    const holders = await listKeyHolders(context.db);
    const alive = holders.filter((holder) => {
      const last = seen.get(holder.process);
      if (last?.beat !== holder.beat) seen.set(holder.process, { beat: holder.beat, at });
      return last?.beat !== holder.beat || at - last.at < DEAD_MILLISECONDS;
    });
    const dead = holders.filter((holder) => !alive.includes(holder));
    await forgetKeyHolders(
      context.db,
      dead.map(({ process }) => process),
    );
    return at - watched.at < SETTLE_MILLISECONDS ? undefined : alive;
  }

  /** @returns whether a whole pass found nothing */
  async function convert(
    newest: DataKeyRow,
    isStopping: () => boolean,
  ): Promise<'clean' | 'more' | 'elsewhere'> {
    const begun = monotonic();
    while (!isStopping() && monotonic() - begun < ROUND_MILLISECONDS) {
      const at = monotonic();
      const how = await convertBatch(context, newest.id, newest.state, rows);
      if (how === 'clean' || how === 'elsewhere') return how;
      // What was skipped is free after a moment.
      if (how === 'pass') return 'elsewhere';
      rows = nextBatch(context, { rows, milliseconds: monotonic() - at });
      // Others' turn.
      await context.sleep(1);
    }
    return 'more';
  }

  async function advance(
    newest: DataKeyRow,
    stored: StoredKeys,
    isStopping: () => boolean,
  ): Promise<boolean> {
    const alive = await living(newest);
    const all = (is: (holder: KeyHolder) => boolean): boolean => alive?.every(is) ?? false;
    switch (newest.state) {
      case 'announced':
        return all(({ knows }) => knows >= newest.id) && move(context, newest, 'sealing');
      case 'sealing':
        return all(({ uses }) => uses >= newest.id) && move(context, newest, 'converting');
      case 'converting':
      case 'finishing': {
        const how = await convert(newest, isStopping);
        if (how === 'clean') return move(context, newest, newest.state === 'converting' ? 'overlap' : 'done');
        return how === 'more';
      }
      case 'overlap': {
        if (stored.wraps.some(({ master }) => master !== newest.master)) {
          if (all(({ master }) => master === newest.master)) await takeAway(context, newest);
          return false;
        }
        // If a clock was ahead when it began, it still does not last longer than this process has observed it.
        const since = Math.max(context.now() - newest.changed_at, monotonic() - watched.at);
        return since >= OVERLAP_MILLISECONDS && move(context, newest, 'finishing');
      }
      case 'done':
        return false;
    }
  }

  return {
    async round(isStopping = () => false) {
      const at = monotonic();
      const stored = await readDataKeys(context.db);
      const newest = stored.keys.at(-1);
      if (newest) await learn(context, stored, newest);
      keyRing.readAt = at;
      if (!newest) return false;
      if (newest.state === 'done') {
        if (beat > 0) await forgetKeyHolders(context.db, [own]);
        beat = 0;
        return false;
      }
      beat += 1;
      await noteKeyHolder(context.db, {
        process: own,
        host: hostname(),
        beat,
        knows: keyRing.keys.secrets.length,
        uses: keyRing.keys.current,
        master: keyRing.master.name,
      });
      return advance(newest, stored, isStopping);
    },
    async leave() {
      if (beat > 0) await forgetKeyHolders(context.db, [own]);
    },
  };
}

async function learn(context: KeysContext, stored: StoredKeys, newest: DataKeyRow): Promise<void> {
  const { keyRing } = context;
  if (keyRing.master.name !== newest.master) {
    const found = await context.readMaster();
    if (stored.wraps.some(({ master }) => master === found.name)) keyRing.master = found;
  }
  const opened = await openKeys(keyRing.master, stored.keys, stored.wraps);
  if (typeof opened === 'object') keyRing.keys = opened;
  // The master key is no longer where this process reads it. It still has the data keys, but its next start needs the new master key.
  else if (opened === 'other-master' && keyRing.keys.secrets.length === newest.id)
    keyRing.keys = usedKeys(keyRing.keys.secrets, newest.state);
  else throw new Error(otherMaster(keyRing, stored));
}

/** @returns whether this process was the one that moved it on */
async function move(context: KeysContext, newest: DataKeyRow, state: DataKeyRow['state']): Promise<boolean> {
  return inTransaction(context.db, async (trx) => {
    const row = await holdDataKey(trx, newest.id, newest.state);
    const secret = context.keyRing.keys.secrets[newest.id - 1];
    if (!row || !secret) return false;
    await changeDataKey(trx, secret, row, { state, changed_at: context.now() });
    if (state === 'done')
      await record(trx, context, SYSTEM, {
        action: 'data-key.end',
        object: `data-key:${newest.id - 1}`,
        reason: text('event.data-key-ended'),
      });
    return true;
  });
}

/** The earlier master key opens nothing after this. */
async function takeAway(context: KeysContext, newest: DataKeyRow): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    if (!(await holdDataKey(trx, newest.id, newest.state))) return;
    if (!(await dropOtherWraps(trx, newest.master))) return;
    await record(trx, context, SYSTEM, {
      action: 'master-key.end',
      object: `master-key:${newest.master}`,
      reason: text('event.master-key-ended'),
    });
  });
}
