/** From the app being opened to the tokens being open: storage, lock, and closing again. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Database, openDatabase, readFact } from './vault/database.ts';
import type { Lock } from './vault/lock.ts';
import { hadTokens, type StorageFault, storageFault } from './vault/storage.ts';
import { CHANNEL, type Notice, openVault, type Vault } from './vault/vault.ts';

export type Opening =
  | { readonly kind: 'opening' }
  | { readonly kind: 'fault'; readonly fault: StorageFault }
  /** There were tokens, and there are none. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'locked'; readonly database: Database; readonly lock: Lock }
  | { readonly kind: 'open'; readonly database: Database; readonly vault: Vault };

export type Opened = Opening & {
  unlock(vaultKey: CryptoKey): void;
  /** Closes what is open and begins anew: locks, and recovers. */
  reopen(): void;
};

/** How long an app with a lock may be out of sight before it locks, in milliseconds. */
const OUT_OF_SIGHT = 60_000;

export function useOpening(): Opened {
  const [opening, setOpening] = useState<Opening>({ kind: 'opening' });
  const present = useRef(opening);
  present.current = opening;

  const reopen = useCallback(() => {
    const before = present.current;
    if (before.kind === 'open') before.vault.close();
    if (before.kind === 'open' || before.kind === 'locked') before.database.close();
    setOpening({ kind: 'opening' });
    void openedNow(() => setOpening({ kind: 'fault', fault: 'gone' })).then(setOpening);
  }, []);

  useEffect(() => {
    reopen();
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<Notice>) => {
      // Another tab has changed what opens the tokens.
      if (data === 'lock' || data === 'erased') setTimeout(reopen, data === 'erased' ? 500 : 0);
    };
    return () => channel.close();
  }, [reopen]);

  useEffect(() => {
    let hiddenAt = 0;
    const onVisibility = (): void => {
      const { current } = present;
      if (document.visibilityState === 'hidden') hiddenAt = Date.now();
      else if (current.kind === 'open' && current.vault.lock && Date.now() - hiddenAt > OUT_OF_SIGHT)
        reopen();
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [reopen]);

  const unlock = useCallback((vaultKey: CryptoKey) => {
    setOpening((locked) => {
      if (locked.kind !== 'locked') return locked;
      const { database, lock } = locked;
      return { kind: 'open', database, vault: openVault(database, lock, vaultKey) };
    });
  }, []);

  return { ...opening, unlock, reopen };
}

async function openedNow(lost: () => void): Promise<Opening> {
  try {
    const database = await openDatabase(lost);
    const lock = await readFact(database, 'lock');
    if ((await database.count('tokens')) === 0 && hadTokens()) return { kind: 'lost' };
    return lock
      ? { kind: 'locked', database, lock }
      : { kind: 'open', database, vault: openVault(database, undefined, undefined) };
  } catch (error) {
    return { kind: 'fault', fault: storageFault(error) };
  }
}
