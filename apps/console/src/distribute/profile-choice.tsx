/** Which token profile: each by its name and how its tokens are delivered. */
import type { Profile } from '@sower/api/profiles';
import type { ComponentProps } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField } from '../ui/field.tsx';

export function ProfileChoice({
  profiles,
  ...field
}: Omit<ComponentProps<typeof ChoiceField>, 'choices' | 'required'> & { profiles: readonly Profile[] }) {
  const t = useTexts();
  const choices = profiles.map(({ id, name, delivery }) => ({
    value: id,
    label: `${name} – ${t(`delivery.${delivery}`)}`,
  }));
  return (
    <ChoiceField placeholder={t('distribute.profilePlaceholder')} required {...field} choices={choices} />
  );
}
