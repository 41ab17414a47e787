/** From the app being opened to the tokens being open: storage, lock, and closing again. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Database, type Lock, openDatabase, readFact } from './vault/database.ts';
import { hadTokens, type StorageFault, storageFault } from './vault/storage.ts';
import { openNotices, openVault, type Vault } from './vault/vault.ts';

type Opening =
  | { readonly kind: 'opening' }
  | { readonly kind: 'fault'; readonly fault: StorageFault }
  /** There were tokens, but they are gone. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'locked'; readonly database: Database; readonly lock: Lock }
  | { readonly kind: 'open'; readonly database: Database; readonly vault: Vault };

export type Opened = Opening & {
  unlock(vaultKey: CryptoKey): void;
  /** Closes what is open and starts over: to lock, or to recover. */
  reopen(): void;
};

/** How long an app with a lock may be out of sight before it locks, in milliseconds. */
const OUT_OF_SIGHT = 60_000;

export function useOpening(): Opened {
  const [opening, setOpening] = useState<Opening>({ kind: 'opening' });
  const present = useRef(opening);
  present.current = opening;

  /** If two openings are requested at once, the later one counts. */
  const latest = useRef(0);

  const reopen = useCallback(() => {
    letGo(present.current);
    const turn = ++latest.current;
    setOpening({ kind: 'opening' });
    const lost = (): void => {
      if (turn === latest.current) setOpening({ kind: 'fault', fault: 'gone' });
    };
    void openedNow(lost).then((opened) => {
      if (turn === latest.current) setOpening(opened);
      else letGo(opened);
    });
  }, []);

  useEffect(() => {
    reopen();
    const notices = openNotices((notice) => {
      // Another tab has changed what opens the tokens; what it erases has to be gone first.
      if (notice !== 'tokens') setTimeout(reopen, notice === 'erased' ? 500 : 0);
    });
    return () => notices.close();
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

function letGo(opening: Opening): void {
  if (opening.kind === 'open') opening.vault.close();
  if (opening.kind === 'open' || opening.kind === 'locked') opening.database.close();
}

async function openedNow(lost: () => void): Promise<Opening> {
  try {
    const database = await openDatabase(lost);
    const lock = await readFact(database, 'lock');
    if ((await database.count('tokens')) === 0 && hadTokens()) {
      database.close();
      return { kind: 'lost' };
    }
    return lock
      ? { kind: 'locked', database, lock }
      : { kind: 'open', database, vault: openVault(database, undefined, undefined) };
  } catch (error) {
    return { kind: 'fault', fault: storageFault(error) };
  }
}
