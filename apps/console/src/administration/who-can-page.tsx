/** Administration > Who can do this?: for any permission, everyone who holds it, how, and where. */
import { List, ListItem } from '@patternfly/react-core';
import type { PermissionHolders } from '@sower/api/administrators';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { DEPLOYMENT_WIDE } from '@sower/api/roles';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { permissionGroups, usePermissionWords } from '../api/permission-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { FindField } from '../ui/lists/search-form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

const isPermission = (name: string | null): name is Permission =>
  (PERMISSION_NAMES as readonly (string | null)[]).includes(name);

export function Component() {
  const t = useTexts();
  const words = usePermissionWords();
  const [parameters] = useSearchParams();
  const [search, setSearch] = useState('');
  const asked = parameters.get('permission');
  const chosen = isPermission(asked) ? asked : undefined;
  const parts = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = PERMISSION_NAMES.filter((permission) => {
    const text = `${words(permission)} ${permission}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
  return (
    <Screen title={t('whoCan.title')} intro={t('whoCan.intro')}>
      <div className="sower-columns">
        <div className="sower-stack">
          <FindField wide {...helped(t, 'whoCan.find')} value={search} onChange={setSearch} />
          <nav aria-label={t('whoCan.choose')}>
            {found.length === 0 && <p role="status">{t('whoCan.noneFound')}</p>}
            {permissionGroups(found).map(([group, permissions]) => (
              <section key={group}>
                <h2 className="sower-legend">{t(`permissionGroups.${group}`)}</h2>
                <ul className="sower-plain">
                  {permissions.map((permission) => (
                    <li key={permission}>
                      <Link
                        to={`?permission=${permission}`}
                        replace
                        onClick={() =>
                          document.getElementById('holders')?.scrollIntoView({ block: 'nearest' })
                        }
                        {...(permission === chosen
                          ? { 'aria-current': 'true', className: 'sower-chosen' }
                          : {})}
                      >
                        {words(permission)}
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </nav>
        </div>
        <div id="holders" aria-live="polite" className="sower-answer">
          {chosen === undefined ? <p>{t('whoCan.pick')}</p> : <Holders permission={chosen} />}
        </div>
      </div>
    </Screen>
  );
}

function Holders({ permission }: { permission: Permission }) {
  const { t } = useConsole();
  const words = usePermissionWords();
  const holders = useAnswer('whoCan', { params: { id: permission } });
  const roles = useAnswer('listRoles', {});
  const domains = useAnswer('listSecurityDomains', {});
  const top = domains.data?.items.find(({ parent }) => parent === undefined)?.name;
  const sentence = ({ kind, name, role = '', securityDomain }: PermissionHolders['holders'][number]) => {
    const whole = securityDomain === top;
    if (kind === 'api-key') {
      return t(whole ? 'whoCan.byKeyTop' : 'whoCan.byKey', { name, domain: securityDomain });
    }
    return t(whole ? 'whoCan.byRoleTop' : 'whoCan.byRole', { name, role, domain: securityDomain });
  };
  const containing = (roles.data?.items ?? []).filter(({ permissions }) => permissions.includes(permission));
  return (
    <TitledCard title={words(permission)} stacked>
      <p className="sower-mono">{permission}</p>
      {DEPLOYMENT_WIDE.has(permission) && <p>{t('whoCan.wide')}</p>}
      <Loaded query={holders}>
        {(found) => (
          <>
            {found.holders.length === 0 && (
              <Alert variant="warning" title={t('whoCan.nobody')}>
                {t('whoCan.nobodyBody')}
              </Alert>
            )}
            {(
              [
                ['administrator', t('whoCan.administrators'), t('whoCan.noAdministrator')],
                ['api-key', t('whoCan.apiKeys'), t('whoCan.noKey')],
              ] as const
            ).map(([of, title, none]) => {
              const those = found.holders.filter(({ kind }) => kind === of);
              return (
                <section key={of}>
                  <h3 className="sower-legend">{title}</h3>
                  {those.length === 0 && <p>{none}</p>}
                  <List>
                    {those.map((holder) => (
                      <ListItem key={`${holder.name} ${holder.role} ${holder.securityDomain}`}>
                        <span className="sower-wrap">{sentence(holder)}</span>
                      </ListItem>
                    ))}
                  </List>
                </section>
              );
            })}
          </>
        )}
      </Loaded>
      {containing.length > 0 && (
        <section>
          <h3 className="sower-legend">{t('whoCan.rolesWith')}</h3>
          <List>
            {containing.map((role) => (
              <ListItem key={role.id}>
                <Link to={`/roles/${encodeURIComponent(role.id)}`}>{role.name}</Link>
              </ListItem>
            ))}
          </List>
        </section>
      )}
    </TitledCard>
  );
}
