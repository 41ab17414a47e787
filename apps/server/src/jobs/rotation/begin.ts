/** Begins a rotation: a new data key, wrapped like those before it by the present master key and by the new one, until all processes have that. */
import { type Text, text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { record } from '../../core/record.ts';
import { keyMark, masterName, openKeys, type StoredKey, wrapKey } from '../../keys/seal/key-ring.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { insertDataKey, listKeyHolders, readDataKeys, replaceWraps } from '../../store/tables/data-keys.ts';
import { lockInstallation } from '../../store/tables/installation.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { readProgress, STORED } from './convert.ts';

/** Why it is not begun: a sentence. */
export class RotationRefused extends Error {
  readonly text: Text;
  constructor(why: Text) {
    super(why.code);
    this.text = why;
  }
}

/** Actions on the server host. */
const HOST = { name: 'system:rotate-key' };

/** @throws RotationRefused; nothing was changed then */
export async function beginRotation(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>,
  present: Uint8Array,
  next: Uint8Array,
): Promise<void> {
  const [from, to] = [masterName(present), masterName(next)];
  if (from === to) throw new RotationRefused(text('key.same', { name: to }));
  await inTransaction(context.db, async (trx) => {
    await lockInstallation(trx);
    const { keys, wraps } = await readDataKeys(trx);
    const newest = keys.at(-1);
    if (newest && newest.state !== 'done')
      throw new RotationRefused(text('key.running', { name: newest.master }));
    const opened = openKeys(present, keys, wraps);
    if (typeof opened === 'string') throw new RotationRefused(text('key.other-master', { name: from }));
    const secret = context.random(32);
    const secrets = [...opened.secrets, secret];
    const changed_at = context.now();
    const insert = (key: Omit<StoredKey, 'mark'>): Promise<void> =>
      insertDataKey(trx, { ...key, mark: keyMark(secrets[key.id - 1] as Uint8Array, key) });
    if (!newest) await insert({ id: 1, state: 'done', master: from, changed_at });
    await insert({ id: secrets.length, state: 'announced', master: to, changed_at });
    await replaceWraps(
      trx,
      secrets.flatMap((one, place) =>
        [present, next].map((master) => ({
          data_key: place + 1,
          master: masterName(master),
          wrapped: wrapKey(master, one, place + 1, secrets.length),
        })),
      ),
    );
    await record(trx, context, HOST, {
      action: 'master-key.rotate',
      object: `master-key:${to}`,
      reason: text('event.master-key-rotated', { from }),
    });
  });
}

export type RotationStatus = {
  /** Names of the master keys that open the database; empty if it was never changed. */
  readonly masters: readonly string[];
  readonly dataKeys: number;
  readonly state: StoredKey['state'] | 'first';
  /** The one that all processes should have. */
  readonly master: string | undefined;
  readonly since: number | undefined;
  /** Sealed anew in the present pass. */
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
