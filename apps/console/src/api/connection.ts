/**
 * The connection to the REST API: same origin, the session in a cookie that scripts cannot read.
 *
 * A request that finds the session ended waits until the person has logged on again, and one that needs a new proof until they have
 * confirmed their identity. Then it is sent again, so that what was typed into a form is not lost.
 */
import { type ApiClient, type ApiTransport, apiClient } from '@sower/api/client';
import { jsonIn } from '@sower/api/json';
import { type ProblemCode, problemSchema } from '@sower/api/problems';
import { createContext, use } from 'react';

export type Wanted = 'log-on' | 'proof';

type LogOnGate = {
  /** What requests wait for; undefined if none does. */
  readonly waiting: () => Wanted | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  /** Logged on again, or identity confirmed: waiting requests are sent again. */
  readonly open: () => void;
  /** Canceled: waiting requests are rejected. */
  readonly abandon: () => void;
};

export type Connection = { readonly api: ApiClient; readonly gate: LogOnGate };

const WANTED: Partial<Record<ProblemCode, Wanted>> = {
  'not-authenticated': 'log-on',
  'proof-needed': 'proof',
};

/** Sends a request as it is, with the session of the browser. @param language of the server's messages */
export const sender =
  (language: () => string, fetcher: typeof fetch): ApiTransport =>
  async (request) => {
    const response = await fetcher(request.path, {
      method: request.method,
      headers: { ...request.headers, 'accept-language': language() },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return { status: response.status, body: await response.text() };
  };

/** @param language of the server's messages */
export function connect(
  fetcher: typeof fetch = (...call) => fetch(...call),
  language: () => string = () => 'en',
): Connection {
  const listeners = new Set<() => void>();
  let waiters: { readonly wanted: Wanted; readonly release: (again: boolean) => void }[] = [];
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const release = (again: boolean): void => {
    const released = waiters;
    waiters = [];
    for (const waiter of released) waiter.release(again);
    tell();
  };
  const gate: LogOnGate = {
    waiting: () =>
      waiters.some(({ wanted }) => wanted === 'log-on') ? 'log-on' : waiters.length > 0 ? 'proof' : undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: () => release(true),
    abandon: () => release(false),
  };
  const wait = (wanted: Wanted): Promise<boolean> =>
    new Promise((resolve) => {
      waiters.push({ wanted, release: resolve });
      tell();
    });

  const send = sender(language, fetcher);
  const transport: ApiTransport = async (request) => {
    let answer = await send(request);
    // A proof changed the session's cookie, perhaps in another window, while this request was on its way.
    if (wantedBy(answer) === 'log-on') answer = await send(request);
    const wanted = wantedBy(answer);
    return wanted !== undefined && (await wait(wanted)) ? transport(request) : answer;
  };
  return { api: apiClient(transport), gate };
}

/** What an answer says that its request needs first; undefined if nothing. */
export function wantedBy({ status, body }: { status: number; body: string }): Wanted | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const { data } = problemSchema.pick({ code: true }).safeParse(jsonIn(body));
  return data && WANTED[data.code];
}

/** For components. */
export const ConnectionContext = createContext<Connection | undefined>(undefined);

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error('no connection');
  return connection;
}

export function useApi(): ApiClient {
  return useConnection().api;
}
