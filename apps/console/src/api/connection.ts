/**
 * The way to the REST API: same origin, the session in a cookie no script can read.
 *
 * A request that finds the session ended waits until the person has logged on again, and is then sent again: what was typed into a
 * form is not lost.
 */
import { type ApiClient, type ApiTransport, apiClient } from '@sower/api/client';

export type LogOnGate = {
  /** Whether requests wait for a log-on. */
  readonly waiting: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  /** Logged on again: what waits is sent again. */
  readonly open: () => void;
  /** Given up: what waits is refused. */
  readonly abandon: () => void;
};

export type Connection = { readonly api: ApiClient; readonly gate: LogOnGate };

/** @param language of the sentences that the server says */
export function connect(
  fetcher: typeof fetch = (...call) => fetch(...call),
  language: () => string = () => 'en',
): Connection {
  const listeners = new Set<() => void>();
  let waiters: ((again: boolean) => void)[] = [];
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const release = (again: boolean): void => {
    const released = waiters;
    waiters = [];
    for (const waiter of released) waiter(again);
    tell();
  };
  const gate: LogOnGate = {
    waiting: () => waiters.length > 0,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: () => release(true),
    abandon: () => release(false),
  };
  const wait = (): Promise<boolean> =>
    new Promise((resolve) => {
      waiters.push(resolve);
      tell();
    });

  const transport: ApiTransport = async (request) => {
    const response = await fetcher(request.path, {
      method: request.method,
      headers: { ...request.headers, 'accept-language': language() },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const body = await response.text();
    // A log-on that was refused is no session that has ended.
    const aboutSession = /^\/api\/v1\/session(\/passkey(\/challenge)?)?$/.test(request.path);
    if (response.status === 401 && !aboutSession && (await wait())) return transport(request);
    return { status: response.status, body };
  };
  return { api: apiClient(transport), gate };
}
