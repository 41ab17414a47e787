/** Which permission is missing, and the way to anyone who has it. */
import type { Permission } from '@sower/api/permissions';
import { use } from 'react';
import { Link } from 'react-router';
import { usePermissionWords } from '../api/permission-words.ts';
import { useTexts } from '../texts/use-texts.ts';
import { SessionContext } from './use-session.ts';

export function MissingPermission({ permission }: { permission: Permission }) {
  const t = useTexts();
  const words = usePermissionWords();
  const session = use(SessionContext);
  return (
    <p>
      {t('whoCan.ask', { permission: words(permission) })}{' '}
      {session?.permissions.includes('administrators:view') && (
        <Link to={`/who-can?permission=${permission}`}>{t('whoCan.link')}</Link>
      )}
    </p>
  );
}
