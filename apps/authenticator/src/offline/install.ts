/** Installing the app, where the browser offers it to a page. */
import { useSyncExternalStore } from 'react';

type InstallEvent = Event & { prompt(): Promise<unknown> };

let offered: InstallEvent | undefined;
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  offered = event as InstallEvent;
  tell();
});
window.addEventListener('appinstalled', () => {
  offered = undefined;
  tell();
});

/** A function that installs the app; undefined where it is installed or the browser does not offer it. */
export function useInstall(): (() => void) | undefined {
  const event = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
  );
  return event && (() => void event.prompt());
}
