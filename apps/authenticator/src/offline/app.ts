/** The app on the device: installing it where the browser offers that, the service worker, and new versions. Nothing happens without a yes. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { registerServiceWorker } from '../trusted-scripts.ts';

/** A function that brings the new version, when there is one. */
export function useNewVersion(): (() => void) | undefined {
  const [waiting, setWaiting] = useState<ServiceWorker>();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    let asked = false;
    const watch = (registration: ServiceWorkerRegistration): void => {
      const offer = (): void => {
        // Without a controller this is the first version, and there is nothing to replace.
        if (registration.waiting && navigator.serviceWorker.controller) setWaiting(registration.waiting);
      };
      offer();
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', offer);
      });
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible' && navigator.onLine)
          void registration.update().catch(() => {});
      });
    };
    const reload = (): void => {
      if (asked) location.reload();
    };
    const agree = (): void => {
      asked = true;
    };
    navigator.serviceWorker.addEventListener('controllerchange', reload);
    window.addEventListener(AGREED, agree);
    // Private windows of some browsers refuse; the app then works, but not without a network.
    registerServiceWorker().then(watch, () => {});
    return () => {
      navigator.serviceWorker.removeEventListener('controllerchange', reload);
      window.removeEventListener(AGREED, agree);
    };
  }, []);
  return (
    waiting &&
    (() => {
      // Another tab has brought it already, and this page is still of the version before.
      if (waiting.state !== 'installed') return location.reload();
      window.dispatchEvent(new Event(AGREED));
      waiting.postMessage('use-new-version');
    })
  );
}

const AGREED = 'sower-new-version-agreed';

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
