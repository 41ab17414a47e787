/** Instead of a page: which permission is missing, and who has it. */
import type { Permission } from '@sower/api/permissions';
import { Link } from 'react-router';
import { usePermissionWords } from '../api/permission-words.ts';
import { useConsole } from '../session/use-console.ts';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';

export function NotPermitted({ permission }: { permission: Permission }) {
  const { t, can } = useConsole();
  const words = usePermissionWords();
  return (
    <Screen title={t('whoCan.notPermitted')} trail={[]}>
      <Alert
        component="p"
        isInline
        variant="warning"
        title={t('whoCan.needs', { permission: words(permission) })}
      >
        <p>{t('whoCan.askAnybody')}</p>
        {can('administrators:view') && (
          <Link to={`/who-can?permission=${permission}`}>{t('whoCan.link')}</Link>
        )}
      </Alert>
    </Screen>
  );
}
