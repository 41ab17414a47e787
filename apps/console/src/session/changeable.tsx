/** A form that more people may view than edit: without the permission nothing can be entered, and it says why. */
import type { Permission } from '@sower/api/permissions';
import type { ReactNode } from 'react';
import { usePermissionWords } from '../api/permission-words.ts';
import { Alert } from '../ui/patternfly.tsx';
import { useConsole } from './use-console.ts';

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
