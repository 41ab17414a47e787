/** Whether the set-up guide was hidden, or asked for, in this browser. By default it shows until everything is done. */
const KEY = 'sower.set-up';
const listeners = new Set<() => void>();

export const setUpWish = (): string | null => localStorage.getItem(KEY);

export function whenSetUpWishChanges(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function wishSetUp(wish: 'hidden' | 'shown'): void {
  localStorage.setItem(KEY, wish);
  for (const listener of listeners) listener();
}
