/** What the roles that ship are for, in the person's language. Their names are the same in every language, as in the audit trail. */
import type { Role } from '@sower/api/roles';
import { useTranslation } from 'react-i18next';

export function useRoleWords(): {
  description: (role: Pick<Role, 'id' | 'description' | 'builtIn'>) => string;
} {
  const { t, i18n } = useTranslation();
  const translated = t('roleDescriptions', { returnObjects: true }) as Record<string, string>;
  return {
    description: (role) =>
      role.builtIn && i18n.language !== 'en'
        ? (translated[role.id.replaceAll('-', '_')] ?? role.description)
        : role.description,
  };
}
