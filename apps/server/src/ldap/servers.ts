/**
 * The servers of a directory, tried in their order. One that failed is not tried for a while, longer each time, and then by only one
 * caller. When all have failed, further callers get the failure at once instead of waiting for each server.
 */
import { MINUTE } from '@sower/api/time';
import { connectTo, type LdapConnection, type LdapServer } from './connection.ts';
import { failureOf, LdapFailure, type LdapFailureKind } from './failure.ts';

type Health = { failures: number; until: number; probing: boolean };

const FIRST_MILLISECONDS = 1_000;
const MAX_MILLISECONDS = MINUTE;
/** Failures that another server may not have. The rest are answers. */
const OF_THE_SERVER: readonly LdapFailureKind[] = [
  'name',
  'unreachable',
  'timeout',
  'certificate',
  'certificate-name',
  'tls',
  'lost',
  'protocol',
];

export type LdapServers = {
  /**
   * Bound as the account of the source.
   * @param last URL of a server that is tried after all others, as it has just failed in the middle of something
   * @throws LdapFailure of the last server that was tried; `resting` if none was
   */
  connect(server: LdapServer, last?: string): Promise<LdapConnection>;
  /** Notes that a server failed in the middle of something. */
  failed(url: string): void;
  /** The servers that failed last time. */
  resting(): readonly string[];
};

/**
 * @param clock milliseconds of a monotonic clock
 * @param connected called for each server that was tried, and once if none was
 */
export function ldapServers(
  clock: () => number,
  connected: (url: string, outcome: 'connected' | LdapFailureKind, milliseconds: number) => void = () => {},
): LdapServers {
  const health = new Map<string, Health>();

  function note(url: string): void {
    const failures = (health.get(url)?.failures ?? 0) + 1;
    const wait = Math.min(MAX_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (failures - 1));
    health.set(url, { failures, until: clock() + wait, probing: false });
  }

  async function attempt(server: LdapServer, url: string): Promise<LdapConnection> {
    const state = health.get(url);
    if (state) state.probing = true;
    let connection: LdapConnection | undefined;
    const began = clock();
    try {
      connection = await connectTo(server, url);
      if (server.bindName !== '') await connection.bind(server.bindName, server.password);
      health.delete(url);
      connected(url, 'connected', clock() - began);
      return connection;
    } catch (error) {
      const failure = failureOf(error, url);
      connected(url, failure.kind, clock() - began);
      await connection?.close();
      if (OF_THE_SERVER.includes(failure.kind)) note(url);
      else health.delete(url);
      throw failure;
    }
  }

  return {
    async connect(server, after) {
      let last: LdapFailure | undefined;
      for (const url of [...server.urls].sort((a, b) => Number(a === after) - Number(b === after))) {
        const state = health.get(url);
        if (state && (state.probing || state.until > clock())) continue;
        try {
          return await attempt(server, url);
        } catch (error) {
          last = failureOf(error, url);
          if (!OF_THE_SERVER.includes(last.kind)) throw last;
        }
      }
      if (!last) connected(server.urls[0] ?? '', 'resting', 0);
      throw last ?? new LdapFailure('resting', server.urls[0] ?? '', 'every server failed a moment ago');
    },
    failed: note,
    resting: () => [...health.keys()],
  };
}
