/** What the roles that ship are for, in the person's language. Their names are the same in every language, as in the audit trail. */
import type { Role } from '@sower/api/roles';
import { useLanguage } from '../texts/language.ts';
import { useTexts } from '../texts/use-texts.ts';

export function useRoleWords(): {
  description: (role: Pick<Role, 'id' | 'description' | 'builtIn'>) => string;
} {
  const t = useTexts();
  const language = useLanguage();
  return {
    description: (role) =>
      role.builtIn && language !== 'en'
        ? t(`roleDescriptions.${role.id.replaceAll('-', '_')}`)
        : role.description,
  };
}
