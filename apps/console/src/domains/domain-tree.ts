/** The API's flat list as a tree. Domains above the caller's scope are not in the list, so there may be several roots. */
import type { SecurityDomain } from '@sower/api/security-domains';

export type DomainNode = { readonly domain: SecurityDomain; readonly below: readonly DomainNode[] };

/** @param search part of a name; domains that neither match nor have a match below them are left out */
export function domainTree(domains: readonly SecurityDomain[], search = ''): DomainNode[] {
  const ids = new Set(domains.map(({ id }) => id));
  const children = Map.groupBy(domains, ({ parent }) =>
    parent !== undefined && ids.has(parent) ? parent : '',
  );
  const wanted = search.trim().toLowerCase();
  const under = (id: string): DomainNode[] =>
    (children.get(id) ?? [])
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .map((domain) => ({ domain, below: under(domain.id) }))
      .filter(({ domain, below }) => below.length > 0 || domain.name.toLowerCase().includes(wanted));
  return under('');
}
