/** What all else stands on: the data folder, the keys, the database that they open, and a new installation on the first start. */

import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { recentAcceptances } from '../authentication/verify/recent-acceptances.ts';
import type { Config } from '../config.ts';
import { passwords } from '../directory/password.ts';
import { passwordStrength } from '../directory/password-strength.ts';
import { pooledRandom } from '../keys/random.ts';
import { rsaDecryptor } from '../keys/rsa/rsa.ts';
import { closeToOthers } from '../keys/seal/private-file.ts';
import { sealing } from '../keys/seal/sealing.ts';
import { settlePromotion } from '../operations/nodes/promotion.ts';
import { firstDataKey } from '../operations/rotation/begin.ts';
import { isBehind, keyRingOf, loadKeys } from '../operations/rotation/follow.ts';
import type { Meter } from '../store/db/meter.ts';
import { openDatabase } from '../store/db/open.ts';
import { announceAdministrator, type Say } from './announce.ts';
import { firstStart } from './first-start.ts';
import { masterKeySource } from './master-key.ts';
import { throttledLog } from './throttled-log.ts';

export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

/**
 * @param processes among which what one server may do is divided
 * @param doubt called when the database does not answer
 */
export async function layFoundation(
  config: Config,
  { now, monotonic, random }: Sources,
  {
    log,
    say,
    processes,
    doubt,
    meter,
  }: {
    readonly log: Logger;
    readonly say: Say;
    readonly processes: number;
    readonly doubt: () => void;
    readonly meter: Meter;
  },
) {
  await openFolder(config, log);
  const masterKeys = masterKeySource(config, random);
  const keyRing = keyRingOf(await masterKeys.read());
  const seal = sealing(
    () => keyRing.keys,
    random,
    () => isBehind(keyRing, monotonic()),
  );
  const database = await openDatabase(config.database, {
    processes,
    stays: true,
    meter,
    onUnavailable: doubt,
    onDeaf: () =>
      log.warn(
        'PostgreSQL announces nothing on this connection, as behind a pool of transactions: changes made by other processes take effect after some seconds',
      ),
    onLost: throttledLog(log, monotonic, 'a database connection was lost'),
    onWait: (error, inUse) =>
      log.warn(
        { err: error },
        inUse
          ? 'a transaction holds a table that a migration changes, as that of a backup does; waiting for its end'
          : 'the database is not there yet; waiting for it',
      ),
  });
  const rsa = rsaDecryptor(Math.max(1, Math.floor(availableParallelism() / processes)));
  const hashing = passwords(random);
  const strength = passwordStrength();
  const firstKey = await firstDataKey({ db: database.db, now, random }, keyRing.master);
  if (firstKey) keyRing.keys = firstKey.keys;
  else await loadKeys(database.db, keyRing, monotonic);
  const first = await firstStart({
    db: database.db,
    sealing: seal,
    passwords: hashing,
    now,
    random,
    dataFolder: config.dataFolder,
    serverKeyBits: config.serverKeyBits,
    firstKey,
    loadKeys: () => loadKeys(database.db, keyRing, monotonic),
  });

  if (first.administrator) announceAdministrator(say, first.administrator);
  const recent = recentAcceptances(monotonic);
  await database.watchTimeline((db, last) =>
    settlePromotion(db, { sealing: seal, now, random, recent }, last),
  );
  return { masterKeys, keyRing, seal, database, rsa, hashing, strength, recent };
}

/** Only this user may read the data folder. */
async function openFolder(config: Config, log: Logger): Promise<void> {
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 }).catch(async (error) => {
    // Of a read-only file system Node.js says so only if it makes no folders above.
    await mkdir(config.dataFolder, { mode: 0o700 });
    throw error;
  });
  const access = await closeToOthers(
    config.dataFolder,
    config.database.kind === 'sqlite' ? config.database.file : undefined,
  );
  if (access.closed.length > 0)
    log.warn({ files: access.closed }, 'other users of this host could read these; not any more');
  if (access.open.length > 0)
    log.error({ files: access.open }, 'other users of this host can read these; remove that permission');
}

/** Time and randomness, which functions get as arguments. */
export type Sources = typeof SOURCES;

export const SOURCES = {
  random: pooledRandom(),
  /** Epoch milliseconds. */
  now: (): number => Date.now(),
  /** Milliseconds of a steady clock. */
  monotonic: (): number => performance.now(),
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
