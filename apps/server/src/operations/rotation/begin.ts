/** Begins a rotation: a new data key, wrapped like those before it by the present master key and by the new one, until all processes have that. */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { TextError } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import {
  type DataKeys,
  FIRST_KEY,
  keyMark,
  type MasterKey,
  openKeys,
  type StoredKey,
  usedKeys,
} from '../../keys/seal/key-ring.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { insertDataKey, listKeyHolders, readDataKeys, replaceWraps } from '../../store/keys/data-keys.ts';
import { findInstallation, lockInstallation } from '../../store/operations/installation.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { readProgress, STORED } from './convert.ts';

/** Actions on the server host. */
const HOST = { name: 'system:rotate-key' };

/** @throws TextError; nothing was changed then */
export async function beginRotation(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>,
  present: MasterKey,
  next: MasterKey,
): Promise<void> {
  const [from, to] = [present.name, next.name];
  if (from === to) throw new TextError(text('key.same', { name: to }));
  // An HSM is slow, so it is not used while a lock is held.
  const { keys, wraps } = await readDataKeys(context.db);
  const opened = await openKeys(present, keys, wraps);
  if (typeof opened === 'string') throw new TextError(text('key.other-master', { name: from }));
  const secrets = [...opened.secrets, context.random(32)];
  const wrapped = await Promise.all(
    [present, next].map(async (master) =>
      (await master.wrap(secrets)).map((each, index) => ({
        data_key: index + 1,
        master: master.name,
        wrapped: each,
      })),
    ),
  );
  await inTransaction(context.db, async (trx) => {
    await lockInstallation(trx);
    const newest = (await readDataKeys(trx)).keys.at(-1);
    // Another was begun meanwhile, or was running all the time.
    if (newest && (newest.state !== 'done' || newest.id !== keys.at(-1)?.id))
      throw new TextError(text('key.running', { name: newest.master }));
    const changed_at = context.now();
    const insert = (key: Omit<StoredKey, 'mark'>): Promise<void> =>
      insertDataKey(trx, { ...key, mark: keyMark(secrets[key.id - 1] as Uint8Array, key) });
    if (!newest) await insert({ id: 1, state: 'done', master: from, changed_at });
    await insert({ id: secrets.length, state: 'announced', master: to, changed_at });
    await replaceWraps(trx, wrapped.flat());
    await record(trx, context, HOST, {
      action: 'master-key.rotate',
      object: `master-key:${to}`,
      reason: text('event.master-key-rotated', { from }),
    });
  });
}

/** The first data key of a new installation, in memory until that is there. */
export type FirstDataKey = {
  readonly keys: DataKeys;
  /** In the transaction that creates the installation, so that exactly one process creates both. */
  insert(trx: Connection): Promise<void>;
};

/**
 * A new database whose master key is in an HSM has its first data key from the beginning, since that cannot be the master key.
 * @returns undefined if it is not new, or needs none
 */
export async function firstDataKey(
  { db, now, random }: Pick<ServerContext, 'db' | 'now' | 'random'>,
  master: MasterKey,
): Promise<FirstDataKey | undefined> {
  if (master.octets || (await readDataKeys(db)).keys.length > 0 || (await findInstallation(db)))
    return undefined;
  const secret = random(32);
  const wraps = await master.wrap([secret]);
  return {
    keys: usedKeys([secret], 'done'),
    async insert(trx) {
      const key = { id: FIRST_KEY, state: 'done', master: master.name, changed_at: now() } as const;
      await insertDataKey(trx, { ...key, mark: keyMark(secret, key) });
      await replaceWraps(
        trx,
        wraps.map((wrapped) => ({ data_key: FIRST_KEY, master: master.name, wrapped })),
      );
    },
  };
}

export type RotationStatus = {
  /** Names of the master keys that open the database; empty if it was never changed. */
  readonly masters: readonly string[];
  readonly dataKeys: number;
  readonly state: StoredKey['state'] | 'first';
  /** The one that all processes should have. */
  readonly master: string | undefined;
  readonly since: number | undefined;
  /** How many were sealed again in the current pass. */
  readonly anew: number;
  readonly table: string | undefined;
  readonly processes: readonly { readonly host: string; readonly process: string; readonly master: string }[];
};

export async function rotationStatus(db: Connection): Promise<RotationStatus> {
  const { keys, wraps } = await readDataKeys(db);
  const newest = keys.at(-1);
  const progress = readProgress(newest?.progress ?? null);
  const holders = await listKeyHolders(db);
  return {
    masters: [...new Set(wraps.map(({ master }) => master))],
    dataKeys: Math.max(1, keys.length),
    state: newest?.state ?? 'first',
    master: newest?.master,
    since: newest?.changed_at,
    anew: progress.anew,
    table: STORED[progress.at]?.table,
    processes: holders.map(({ host, process, master }) => ({ host, process, master })),
  };
}
