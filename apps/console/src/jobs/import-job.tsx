/** What the page of a job shows of an import of users: what becomes of whom, and its rows. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { JobDetail, JobRow } from '@sower/api/jobs';
import { USER_COLUMNS, type UserColumn } from '@sower/api/user-columns';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { pageSize } from '../ui/cursor-paging.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Listing } from '../ui/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveFile } from '../ui/save-file.ts';
import { useTimes } from '../ui/times.ts';

const STATES = ['new', 'ready', 'left-out', 'done', 'failed'] as const;

/** How many users are added and changed, or will be. */
export function useImportFacts(job: JobDetail): readonly (readonly [string, string])[] {
  const t = useTexts();
  const { count } = useTimes();
  const planned = job.phase === 'check';
  return [
    ...(job.users === undefined
      ? [[t(planned ? 'userFiles.willDo' : 'userFiles.states.done'), count(job.done)] as const]
      : [
          [t(planned ? 'userFiles.willAdd' : 'userFiles.added'), count(job.users.add)] as const,
          [t(planned ? 'userFiles.willChange' : 'userFiles.changed'), count(job.users.change)] as const,
        ]),
  ];
}

/** Rows that were left out or failed, as a file. */
export function SaveErrors({ job }: { job: JobDetail }) {
  const t = useTexts();
  const api = useApi();
  const saving = useMutation({
    mutationFn: async () => {
      const { fileName, csv } = await api('takeJobResult', { params: { id: job.id } });
      saveFile(fileName, 'text/csv;charset=utf-8', `\ufeff${csv}`);
    },
  });
  if (job.leftOut + job.failed === 0) return null;
  return (
    <div className="sower-stack">
      <ProblemAlert error={saving.error} />
      <div>
        <Button variant="secondary" isDisabled={saving.isPending} onClick={() => saving.mutate()}>
          {t('userFiles.saveErrors')}
        </Button>
      </div>
      <p>{t('userFiles.saveErrorsHelp')}</p>
    </div>
  );
}

export function ImportRows({ job }: { job: JobDetail }) {
  const t = useTexts();
  const api = useApi();
  const { count } = useTimes();
  const [parameters, setParameters] = useSearchParams();
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const state = STATES.find((name) => name === parameters.get('rows'));
  const rows = useQuery({
    queryKey: ['jobs', 'rows', job.id, job.state, state, limit, cursor],
    queryFn: () =>
      api('listJobRows', {
        params: { id: job.id },
        query: {
          limit,
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      }),
  });
  const stateOf = (row: JobRow) => t(`userFiles.states.${STATES.find((it) => it === row.state) ?? 'new'}`);
  return (
    <section className="sower-stack">
      <h2 className="pf-v6-c-title pf-m-lg">{t('jobs.rows')}</h2>
      <ChoiceField
        id="job-row-state"
        label={t('jobs.rowState')}
        value={state ?? ''}
        onChange={(next) => setParameters(next === '' ? {} : { rows: next })}
        choices={[
          { value: '', label: t('jobs.anyState') },
          ...STATES.map((name) => ({ value: name, label: t(`userFiles.states.${name}`) })),
        ]}
      />
      <Listing query={rows} title={t('jobs.rowsNone')} body={t('jobs.rowsNoneBody')} paged>
        {(items) => (
          <Table aria-label={t('jobs.rows')} variant="compact" gridBreakPoint="grid-lg">
            <Thead>
              <Tr>
                <Th>{t('userFiles.line')}</Th>
                <Th>{t('userFiles.fields.userId')}</Th>
                <Th>{t('userFiles.state')}</Th>
                <Th>{t('userFiles.action')}</Th>
                <Th>{t('userFiles.changes')}</Th>
                <Th>{t('jobs.why')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {items.map((row) => (
                <Tr key={row.number}>
                  <Td dataLabel={t('userFiles.line')}>{count(row.line ?? row.number)}</Td>
                  <Td dataLabel={t('userFiles.fields.userId')} modifier="breakWord">
                    {row.state === 'done' && row.userId !== undefined ? (
                      <Link to={`/users/${encodeURIComponent(row.userId)}`}>{row.userId}</Link>
                    ) : (
                      row.subject || '–'
                    )}
                  </Td>
                  <Td dataLabel={t('userFiles.state')}>{stateOf(row)}</Td>
                  <Td dataLabel={t('userFiles.action')}>
                    {row.action === undefined ? '–' : t(`userFiles.actions.${row.action}`)}
                  </Td>
                  <Td dataLabel={t('userFiles.changes')} modifier="breakWord">
                    <Changes row={row} />
                  </Td>
                  <Td dataLabel={t('jobs.why')} modifier="breakWord">
                    {row.detail ?? '–'}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </Listing>
    </section>
  );
}

function Changes({ row: { action, changes = [] } }: { row: JobRow }) {
  const t = useTexts();
  if (changes.length === 0) return '–';
  return changes.map(({ field, before, after }) => {
    const named = USER_COLUMNS.find((column): column is UserColumn => column === field);
    const values = {
      field: named ? t(`userFiles.fields.${named}`) : field,
      before: before || '–',
      after,
    };
    return (
      <div key={field}>{action === 'add' ? t('userFiles.set', values) : t('userFiles.change', values)}</div>
    );
  });
}
