/** Identity > Security Domains. */
import type { SecurityDomain } from '@sower/api/security-domains';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { ActionMenu, lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { FindField } from '../ui/lists/search-form.tsx';
import { Nothing } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { AddDomainDialog, RenameDomainDialog } from './domain-dialogs.tsx';

/** From this size on, the tree is too long to look through. */
const MANY = 12;

export function Component() {
  const { t, api, can } = useConsole();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [add, adding] = useWindow<SecurityDomain>((domain, onClose) => (
    <AddDomainDialog domain={domain} onClose={onClose} />
  ));
  const [rename, renaming] = useWindow<SecurityDomain>((domain, onClose) => (
    <RenameDomainDialog domain={domain} onClose={onClose} />
  ));
  const [remove, removing] = useQuestion<SecurityDomain>(({ id, name }) => ({
    ...asking(t, 'securityDomains.delete', { name }),
    onConfirm: () => api('deleteSecurityDomain', { params: { id } }),
    said: t('securityDomains.said.deleted', { name }),
    changes: ['security-domains'],
  }));
  const domains = useAnswer('listSecurityDomains', {});
  const edits = can('domains:edit');
  const menuFor = (domain: SecurityDomain): MenuEntries => [
    edits && { label: t('securityDomains.addBelow'), onSelect: () => add(domain) },
    edits && { label: t('securityDomains.rename'), onSelect: () => rename(domain) },
    can('tokens:view') && {
      label: t('securityDomains.tokens'),
      onSelect: () => navigate(`/tokens?securityDomain=${encodeURIComponent(domain.id)}`),
    },
    edits &&
      lastEntry(
        t('securityDomains.delete'),
        () => remove(domain),
        domain.parent === undefined ? t('securityDomains.topStays') : undefined,
      ),
  ];
  const branch = (nodes: readonly DomainNode[]) => (
    <ul className="sower-tree">
      {nodes.map(({ domain, below }) => (
        <li key={domain.id}>
          <div className="sower-tree-row">
            <span className="sower-wrap">{domain.name}</span>
            <ActionMenu label={t('ui.menuOf', { name: domain.name })} entries={menuFor(domain)} />
          </div>
          {below.length > 0 && branch(below)}
        </li>
      ))}
    </ul>
  );
  return (
    <Screen title={t('securityDomains.title')} intro={t('securityDomains.intro')}>
      <Listing
        query={domains}
        none={{ title: t('securityDomains.none'), body: t('securityDomains.noneBody') }}
      >
        {(items) => {
          const tree = domainTree(items, search);
          return (
            <div className="sower-stack">
              {(items.length > MANY || search !== '') && (
                <FindField {...helped(t, 'securityDomains.find')} value={search} onChange={setSearch} />
              )}
              {tree.length === 0 ? (
                <Nothing title={t('securityDomains.noneFound')} body={t('securityDomains.noneFoundBody')} />
              ) : (
                branch(tree)
              )}
              {items.length === 1 && can('domains:edit') && <p>{t('securityDomains.single')}</p>}
            </div>
          );
        }}
      </Listing>
      {adding}
      {renaming}
      {removing}
    </Screen>
  );
}

type DomainNode = { readonly domain: SecurityDomain; readonly below: readonly DomainNode[] };

/**
 * The API's flat list as a tree. Domains above the caller's scope are not in the list, so there may be several roots.
 * @param search part of a name; domains that neither match nor have a match below them are left out
 */
function domainTree(domains: readonly SecurityDomain[], search = ''): DomainNode[] {
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
