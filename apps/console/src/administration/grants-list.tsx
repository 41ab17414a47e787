/** The roles that an administrator has, each with where. */
import { List, ListItem } from '@patternfly/react-core';
import type { Administrator } from '@sower/api/administrators';
import { useTexts } from '../texts/use-texts.ts';

export function GrantsList({ grants }: Pick<Administrator, 'grants'>) {
  const t = useTexts();
  if (grants.length === 0) return t('administrators.noGrants');
  return (
    <List isPlain>
      {grants.map(({ role, roleName, securityDomain, securityDomainName, byDirectory }) => (
        <ListItem key={`${role} ${securityDomain}`}>
          {t(byDirectory ? 'administrators.grantByDirectory' : 'administrators.grantSays', {
            role: roleName,
            domain: securityDomainName,
          })}
        </ListItem>
      ))}
    </List>
  );
}
