/** The roles of an administrator, each in a security domain. */
import { HelperText, List, ListItem } from '@patternfly/react-core';
import type { Administrator } from '@sower/api/administrators';
import type { Role } from '@sower/api/roles';
import { useId } from 'react';
import { DomainField } from '../domains/domain-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Button, HelperTextItem } from '../ui/patternfly.tsx';

/** IDs; an empty domain is the top one. */
export type GrantInput = { key: number; role: string; domain: string };

export function GrantsField({
  roles,
  grants,
  onChange,
  incomplete,
}: {
  roles: readonly Role[];
  grants: readonly GrantInput[];
  onChange: (grants: readonly GrantInput[]) => void;
  /** Whether to mark lines without a role. */
  incomplete: boolean;
}) {
  const t = useTexts();
  const id = useId();
  const set = (key: number, change: Partial<GrantInput>): void =>
    onChange(grants.map((grant) => (grant.key === key ? { ...grant, ...change } : grant)));
  return (
    <fieldset className="sower-plain" aria-describedby={id}>
      <legend className="pf-v6-c-form__label-text">{t('administrators.grants')}</legend>
      <HelperText id={id}>
        <HelperTextItem>{t('administrators.grantsHelp')}</HelperTextItem>
        {grants.length === 0 && <HelperTextItem>{t('administrators.noGrants')}</HelperTextItem>}
      </HelperText>
      {grants.map(({ key, role, domain }, index) => (
        <fieldset key={key} className="sower-grant">
          <legend className="sower-legend">{t('administrators.grantNumber', { number: index + 1 })}</legend>
          <div className="sower-filters">
            <ChoiceField
              label={t('administrators.role')}
              required
              value={role}
              placeholder="–"
              onChange={(value) => set(key, { role: value })}
              choices={roles.map((entry) => ({ value: entry.id, label: entry.name }))}
              path={`grants.${index}.role`}
              error={incomplete && role === '' ? t('administrators.roleMissing') : undefined}
            />
            <DomainField
              label={t('administrators.domain')}
              value={domain}
              onChange={(value) => set(key, { domain: value })}
              none={t('domains.usual')}
              path={`grants.${index}.securityDomain`}
            />
          </div>
          <div className="sower-actions">
            <Button
              variant="link"
              isInline
              onClick={() => onChange(grants.filter((grant) => grant.key !== key))}
            >
              {t('administrators.removeGrant', { number: index + 1 })}
            </Button>
          </div>
        </fieldset>
      ))}
      <div className="sower-actions">
        <Button
          variant="secondary"
          onClick={() =>
            onChange([
              ...grants,
              { key: Math.max(0, ...grants.map(({ key }) => key)) + 1, role: '', domain: '' },
            ])
          }
        >
          {t('administrators.addGrant')}
        </Button>
      </div>
    </fieldset>
  );
}

/** The roles that an administrator has, each with where. */
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
