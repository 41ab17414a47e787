/** Administration > Administrators > Manage Existing. */
import { Label } from '@patternfly/react-core';
import type { Administrator } from '@sower/api/administrators';
import { visible } from '@sower/bytes/printable';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { Link, LinkButton } from '../ui/link.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { Screen } from '../ui/screen.tsx';
import { GrantsList } from './grants-field.tsx';
import { useAdministratorActions } from './use-administrator-actions.tsx';
import { lastSuperAdmin } from './warnings.ts';

export function Component() {
  const { t, can, userName: own, time } = useConsole();
  const { menuFor, dialog } = useAdministratorActions();
  const administrators = useAnswer('listAdministrators', {});
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
      {t('administrators.add')}
    </LinkButton>
  );
  return (
    <Screen title={t('administrators.title')} intro={t('administrators.intro')} actions={add}>
      <Listing
        query={administrators}
        none={{ title: t('administrators.none'), body: t('administrators.noneBody'), action: add }}
      >
        {(items) => (
          <ItemTable
            breakAt="grid-md"
            items={items}
            keyOf={({ userName }) => userName}
            columns={[
              [
                t('administrators.userName'),
                ({ userName }) => (
                  <span>
                    <Link to={`/administrators/${encodeURIComponent(userName)}`}>{visible(userName)}</Link>
                    {userName === own && ` (${t('administrators.you')})`}
                  </span>
                ),
              ],
              [t('administrators.grants'), ({ grants }) => <GrantsList grants={grants} />],
              [t('administrators.factors'), factorsOf],
              {
                label: t('administrators.state'),
                cell: ({ enabled }) => (
                  <Label color={enabled ? 'green' : 'grey'}>
                    {t(enabled ? 'administrators.enabled' : 'administrators.disabled')}
                  </Label>
                ),
              },
              { label: t('administrators.createdAt'), cell: ({ createdAt }) => time(createdAt) },
            ]}
            menu={(administrator) =>
              can('administrators:edit') && {
                name: administrator.userName,
                entries: menuFor(administrator, administrator.userName === lastSuperAdmin(items)),
              }
            }
          />
        )}
      </Listing>
      {dialog}
    </Screen>
  );
}
