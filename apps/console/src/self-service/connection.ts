/**
 * The connection to the self-service part of the REST API: same origin, the session in a cookie that scripts cannot read.
 *
 * A request that finds no session checks once whether there is one: a session gets another ID while the page keeps making requests.
 */
import { type ApiTransport, apiClient } from '@sower/api/client';
import { SELF_SERVICE_OPERATIONS } from '@sower/api/self-service';
import { type Connection, sender, wantedBy } from '../api/connection.ts';

const SESSION = `/api/v1${SELF_SERVICE_OPERATIONS.getUserSession.path}`;

/**
 * No logon in place: a user who was logged off starts at the logon page, and nothing of the previous page stays.
 * @param language of the server's messages
 */
export function connectUser(
  language: () => string,
  fetcher: typeof fetch = (...call) => fetch(...call),
): Connection {
  const listeners = new Set<() => void>();
  let ended = false;
  const set = (value: boolean): void => {
    ended = value;
    for (const listener of listeners) listener();
  };
  const send = sender(language, fetcher);
  const transport: ApiTransport = async (request) => {
    const answer = await send(request);
    if (request.path === SESSION || wantedBy(answer) !== 'log-on') return answer;
    const session = await send({ method: 'GET', path: SESSION, headers: { accept: 'application/json' } });
    if (session.status === 200) return send(request);
    set(true);
    return answer;
  };
  return {
    api: apiClient(transport),
    gate: {
      waiting: () => (ended ? 'log-on' : undefined),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      open: () => set(false),
      abandon: () => set(false),
    },
  };
}
