/** What is said where a permission is missing: which one, and the way to anyone who has it. */
import type { Permission } from '@sower/api/permissions';
import { type ReactNode, use } from 'react';
import { usePermissionWords } from '../api/permission-words.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { SessionContext, useConsole } from './use-console.ts';

export function MissingPermission({ permission }: { permission: Permission }) {
  const t = useTexts();
  const words = usePermissionWords();
  const session = use(SessionContext);
  return (
    <p>
      {t('whoCan.ask', { permission: words(permission) })}{' '}
      {session && (
        <Link to={`/who-can?permission=${permission}`} otherwise={null}>
          {t('whoCan.link')}
        </Link>
      )}
    </p>
  );
}

/** A form that more people may view than edit: without the permission nothing can be entered, and it says why. */
export function Changeable({ permission, children }: { permission: Permission; children: ReactNode }) {
  const { t, can } = useConsole();
  const words = usePermissionWords();
  if (can(permission)) return children;
  return (
    <>
      <Alert variant="info" title={t('whoCan.onlyLook')}>
        {t('whoCan.needs', { permission: words(permission) })}
      </Alert>
      <fieldset disabled className="sower-contents">
        {children}
      </fieldset>
    </>
  );
}
