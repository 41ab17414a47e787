/** What the page of a job shows of an import of users: what happens to which users, and its rows. */
import type { JobDetail, JobRow } from '@sower/api/jobs';
import { USER_COLUMNS, type UserColumn } from '@sower/api/user-columns';
import { visible } from '@sower/bytes/printable';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import type { Column } from '../ui/lists/listing.tsx';
import { SaveButton, saveCsv } from '../ui/save-file.tsx';

export const IMPORT_STATES = ['new', 'ready', 'left-out', 'done', 'failed'] as const;

/** How many users are added and changed, or will be. */
export function useImportFacts(job: JobDetail): readonly (readonly [string, string])[] {
  const { t, count } = useConsole();
  const planned = job.phase === 'check';
  return job.users === undefined
    ? [[t(planned ? 'userFiles.willDo' : 'userFiles.states.done'), count(job.done)]]
    : [
        [t(planned ? 'userFiles.willAdd' : 'userFiles.added'), count(job.users.add)],
        [t(planned ? 'userFiles.willChange' : 'userFiles.changed'), count(job.users.change)],
      ];
}

/** Rows that were left out or failed, as a file. */
export function SaveErrors({ job }: { job: JobDetail }) {
  const { t, api } = useConsole();
  const save = async () => saveCsv(await api('takeJobResult', { params: { id: job.id } }));
  if (job.leftOut + job.failed === 0) return null;
  return (
    <div className="sower-stack">
      <div className="sower-actions">
        <SaveButton label={t('userFiles.saveErrors')} save={save} />
      </div>
      <p>{t('userFiles.saveErrorsHelp')}</p>
    </div>
  );
}

export function useImportColumns(): readonly Column<JobRow>[] {
  const { t, count } = useConsole();
  const stateOf = (row: JobRow) =>
    t(`userFiles.states.${IMPORT_STATES.find((it) => it === row.state) ?? 'new'}`);
  return [
    { label: t('userFiles.line'), cell: ({ line, number }) => count(line ?? number) },
    [
      t('userFiles.fields.userId'),
      ({ state, userId, userName, subject }) => (
        <>
          {userName !== undefined && `${visible(userName)} `}
          {state === 'done' && userId !== undefined ? (
            <Link to={`/users/${encodeURIComponent(userId)}`}>{visible(userId)}</Link>
          ) : (
            subject || '–'
          )}
        </>
      ),
    ],
    { label: t('userFiles.state'), cell: stateOf },
    {
      label: t('userFiles.action'),
      cell: ({ action }) => (action === undefined ? '–' : t(`userFiles.actions.${action}`)),
    },
    [t('userFiles.changes'), (row) => <Changes row={row} />],
  ];
}

function Changes({ row: { action, changes = [] } }: { row: JobRow }) {
  const t = useTexts();
  if (changes.length === 0) return '–';
  return changes.map(({ field, before, after }) => {
    const named = USER_COLUMNS.find((column): column is UserColumn => column === field);
    const values = {
      field: named ? t(`userFiles.fields.${named}`) : field,
      before: before || '–',
      after: after || '–',
    };
    return (
      <div key={field}>{action === 'add' ? t('userFiles.set', values) : t('userFiles.change', values)}</div>
    );
  });
}
