/** Administration > Administrators > Manage Existing. */
import { Label, List, ListItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { Administrator } from '@sower/api/administrators';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Listing } from '../ui/listing.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { lastSuperAdmin } from './last-super-admin.ts';
import { useAdministratorActions } from './use-administrator-actions.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can, userName: own } = useSession();
  const { time } = useTimes();
  const { menuFor, dialog } = useAdministratorActions();
  const administrators = useQuery({
    queryKey: ['administrators'],
    queryFn: () => api('listAdministrators', {}),
  });
  const factorsOf = ({ tokenOf, passkeys, mustChangePassword }: Administrator): string =>
    [
      tokenOf === undefined
        ? passkeys === 0 && t('administrators.byPassword')
        : t('administrators.byToken', { userId: tokenOf }),
      passkeys > 0 && t('administrators.byPasskey', { count: passkeys }),
      mustChangePassword && t('administrators.temporary'),
    ]
      .filter(Boolean)
      .join(', ');
  const add = can('administrators:edit') && (
    <LinkButton to="/administrators/new" variant="primary">
      {t('menu.addNew')}
    </LinkButton>
  );
  return (
    <Screen
      title={t('administrators.title')}
      crumb={t('menu.manageExisting')}
      trail={[{ label: t('menu.administration') }, { label: t('menu.administrators') }]}
      intro={t('administrators.intro')}
      actions={add}
    >
      <Listing
        query={administrators}
        title={t('administrators.none')}
        body={t('administrators.noneBody')}
        action={add}
      >
        {(items) => {
          const last = lastSuperAdmin(items);
          return (
            <Table aria-label={t('administrators.title')} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th>{t('administrators.userName')}</Th>
                  <Th>{t('administrators.grants')}</Th>
                  <Th>{t('administrators.factors')}</Th>
                  <Th>{t('administrators.state')}</Th>
                  <Th>{t('administrators.createdAt')}</Th>
                  <Th screenReaderText={t('ui.actions')} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((administrator) => {
                  const { userName, grants, enabled, createdAt } = administrator;
                  return (
                    <Tr key={userName}>
                      <Td dataLabel={t('administrators.userName')} modifier="breakWord">
                        <span>
                          {can('administrators:edit') ? (
                            <Link to={`/administrators/${encodeURIComponent(userName)}`}>{userName}</Link>
                          ) : (
                            userName
                          )}
                          {userName === own && ` (${t('administrators.you')})`}
                        </span>
                      </Td>
                      <Td dataLabel={t('administrators.grants')} modifier="breakWord">
                        {grants.length === 0 ? (
                          t('administrators.noGrants')
                        ) : (
                          <List isPlain>
                            {grants.map(({ role, roleName, securityDomain, securityDomainName }) => (
                              <ListItem key={`${role} ${securityDomain}`}>
                                {t('administrators.grantSays', {
                                  role: roleName,
                                  domain: securityDomainName,
                                })}
                              </ListItem>
                            ))}
                          </List>
                        )}
                      </Td>
                      <Td dataLabel={t('administrators.factors')} modifier="breakWord">
                        {factorsOf(administrator)}
                      </Td>
                      <Td dataLabel={t('administrators.state')}>
                        <Label color={enabled ? 'green' : 'grey'}>
                          {t(enabled ? 'administrators.enabled' : 'administrators.disabled')}
                        </Label>
                      </Td>
                      <Td dataLabel={t('administrators.createdAt')}>{time(createdAt)}</Td>
                      <Td isActionCell>
                        {can('administrators:edit') && (
                          <ActionMenu
                            label={t('ui.menuOf', { name: userName })}
                            entries={menuFor(administrator, userName === last)}
                          />
                        )}
                      </Td>
                    </Tr>
                  );
                })}
              </Tbody>
            </Table>
          );
        }}
      </Listing>
      {dialog}
    </Screen>
  );
}
