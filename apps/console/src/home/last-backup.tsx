/** How old the last backup and the last rehearsal of a restore are, before either is so old that it is an alert. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';

const DAY_MILLISECONDS = 86_400_000;

export function LastBackup() {
  const { t, api, can, time } = useConsole();
  const backups = useQuery({
    queryKey: ['backups', 'last'],
    queryFn: () => api('listBackups', { query: { limit: 1 } }),
    enabled: can('backups:make'),
  });
  if (!backups.data) return null;
  const { configured, madeAt, verifiedAt } = backups.data;
  if (!configured && madeAt === undefined) return null;
  // Clocks of the browser and the server differ.
  const days =
    verifiedAt === undefined
      ? undefined
      : Math.max(0, Math.floor((Date.now() - Date.parse(verifiedAt)) / DAY_MILLISECONDS));
  return (
    <p>
      {madeAt === undefined ? t('home.backup.none') : t('home.backup.made', { time: time(madeAt) })}{' '}
      {days === undefined ? t('home.backup.notRehearsed') : t('home.backup.rehearsed', { count: days })}{' '}
      <Link to="/backups">{t('home.backup.show')}</Link>
    </p>
  );
}
