/**
 * Which host names serve which console, so that the Self-Service Console can be published under a name of its own.
 *
 * This limits what a browser finds under a name. It is not a security boundary: anyone who reaches this port can send any Host. What must not
 * be reachable from outside has to be blocked by the proxy or the network.
 */
import type { Request } from '../web/request.ts';

export type Area = '/console' | '/self-service';

export type HostNames = {
  readonly serves: (request: Request, area: Area) => boolean;
  /** Whether nothing is served at this address under this name. */
  readonly hides: (request: Request, route?: string) => boolean;
};

const under = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** @param names host names without a port; an empty list means every name */
export function hostNames(names: Readonly<Record<Area, readonly string[]>>): HostNames {
  const lists = { '/console': new Set(names['/console']), '/self-service': new Set(names['/self-service']) };
  // A name with a dot at its end is the same name.
  const hostOf = (request: Request): string => request.hostname.toLowerCase().replace(/\.$/, '');
  const serves: HostNames['serves'] = (request, area) =>
    lists[area].size === 0 || lists[area].has(hostOf(request));
  return {
    serves,
    hides(request, route) {
      // Where it leads, and not as it is written: with %63 for c it is the same path.
      const path = route ?? request.found.pattern;
      if (under(path, '/console')) return !serves(request, '/console');
      if (under(path, '/self-service') || under(path, '/api/v1/self-service'))
        return !serves(request, '/self-service');
      // A name that serves only self-service has no other API. Programs use names that are in no list.
      if (lists['/self-service'].size > 0 && under(path, '/api'))
        return lists['/self-service'].has(hostOf(request)) && !serves(request, '/console');
      return false;
    },
  };
}
