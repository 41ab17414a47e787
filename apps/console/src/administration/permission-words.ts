/** Permissions in words. English stands in the API's own table; other languages have theirs. */
import { PERMISSIONS, type Permission } from '@sower/api/permissions';
import { useTranslation } from 'react-i18next';

export function usePermissionWords(): (permission: Permission) => string {
  const { t, i18n } = useTranslation();
  const translated = t('permissions', { returnObjects: true }) as Record<string, string>;
  return (permission) =>
    i18n.language === 'en'
      ? PERMISSIONS[permission]
      : (translated[permission.replace(':', '_')] ?? PERMISSIONS[permission]);
}
