/** Whose passcodes a RADIUS client or an agent may have checked: of a security domain, and of groups of directories. */
import { DomainField } from '../domains/domain-field.tsx';
import { helped, useTexts } from '../texts/use-texts.ts';
import { AreaField } from '../ui/field.tsx';

type Given = { value: string; onChange: (value: string) => void; path: string };

export function WhoseFields({
  now,
  field,
}: {
  /** The name of the security domain that stays if none is chosen; absent: of a new one, all. */
  now: string | undefined;
  field: (name: 'securityDomain' | 'onlyGroups') => Given;
}) {
  const t = useTexts();
  return (
    <>
      <DomainField
        label={t('radiusClients.domain')}
        {...field('securityDomain')}
        none={now === undefined ? t('radiusClients.domainAll') : t('radiusClients.domainKept', { name: now })}
      />
      <AreaField {...helped(t, 'radiusClients.onlyGroups')} rows={2} mono {...field('onlyGroups')} />
    </>
  );
}
