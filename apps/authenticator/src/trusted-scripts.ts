/** The one Trusted Types policy: two scripts of our own may be started, and nothing else is ever made from text. */
import qrWorker from '../workers/qr-worker.ts?worker&url';

const SERVICE_WORKER = new URL('service-worker.js', document.baseURI).href;
const QR_WORKER = new URL(qrWorker, document.baseURI).href;

type Policy = { createScriptURL(url: string): string };
declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
    };
  }
}

const rules = {
  createScriptURL: (url: string): string => {
    if (url === SERVICE_WORKER || url === QR_WORKER) return url;
    throw new TypeError('not a script of this app');
  },
};
const policy: Policy = window.trustedTypes?.createPolicy('sower-authenticator', rules) ?? rules;

export const startQrWorker = (): Worker => new Worker(policy.createScriptURL(QR_WORKER), { type: 'module' });

export const registerServiceWorker = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(policy.createScriptURL(SERVICE_WORKER), { updateViaCache: 'none' });
