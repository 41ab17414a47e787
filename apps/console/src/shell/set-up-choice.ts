/** Whether the set-up guide was hidden, or asked for, in this browser. By default it shows until everything is done. */
const KEY = 'sower.set-up';
const listeners = new Set<() => void>();

export const setUpChoice = (): string | null => localStorage.getItem(KEY);

export function onSetUpChoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function chooseSetUp(choice: 'hidden' | 'shown'): void {
  localStorage.setItem(KEY, choice);
  for (const listener of listeners) listener();
}
