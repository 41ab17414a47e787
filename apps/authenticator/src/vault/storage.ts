/** Whether this browser keeps anything here, and what is wrong when it does not. */
import { type Database, readFact, writeFact } from './database.ts';

export type StorageFault =
  /** No room left on the device, or for this site. */
  | 'full'
  /** Private windows, blocked site data, a browser without IndexedDB. */
  | 'none'
  /** The browser has taken the database away while it was used. */
  | 'gone';

export function storageFault(error: unknown): StorageFault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError' || (name === 'AbortError' && /quota/i.test(String(error)))) return 'full';
  if (name === 'InvalidStateError' || name === 'AbortError' || name === 'NotFoundError') return 'gone';
  return 'none';
}

/** Does once what storing a token will do, before any request to a server: otherwise an activation code could be used up for nothing. */
export async function rehearse(database: Database): Promise<StorageFault | undefined> {
  try {
    const key = await crypto.subtle.generateKey({ name: 'AES-CBC', length: 128 }, false, ['encrypt']);
    await writeFact(database, 'rehearsal', key);
    const kept = await readFact(database, 'rehearsal');
    await database.delete('facts', 'rehearsal');
    return kept?.extractable === false ? undefined : 'none';
  } catch (error) {
    return storageFault(error);
  }
}

/** Asks the browser not to clear this site's storage when space is short. The browser may refuse. */
export async function askToPersist(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

const MARK = 'sower.authenticator.tokens';

/** Remembers outside the database that there were tokens, so that an emptied database can be distinguished from a new one. */
export function markTokens(present: boolean): void {
  try {
    if (present) localStorage.setItem(MARK, 'yes');
    else localStorage.removeItem(MARK);
  } catch {
    // Only a hint depends on it.
  }
}

export function hadTokens(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}
