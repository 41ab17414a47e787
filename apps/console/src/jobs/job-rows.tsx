/** The rows of a job. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { type JobDetail, type JobRow, jobRowStates } from '@sower/api/jobs';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { pageSize } from '../ui/cursor-paging.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Listing } from '../ui/listing.tsx';
import { useTimes } from '../ui/times.ts';

/** A token or user that an action has changed is there to be looked at. */
function Subject({ job: { kind, action }, row }: { job: JobDetail; row: JobRow }) {
  if (action === undefined || action === 'delete' || row.state !== 'done') return row.subject;
  const place = kind === 'users' ? `/users/${encodeURIComponent(row.subject)}` : `/tokens/${row.subject}`;
  return <Link to={place}>{row.subject}</Link>;
}

export function JobRows({ job }: { job: JobDetail }) {
  const t = useTexts();
  const api = useApi();
  const { count } = useTimes();
  const [parameters, setParameters] = useSearchParams();
  const gives = job.action === undefined;
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const state = jobRowStates.find((name) => name === parameters.get('rows'));
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
  return (
    <section className="sower-stack">
      <h2 className="sower-title">{t('jobs.rows')}</h2>
      <ChoiceField
        id="job-row-state"
        label={t('jobs.rowState')}
        value={state ?? ''}
        onChange={(next) => setParameters(next === '' ? {} : { rows: next })}
        choices={[
          { value: '', label: t('jobs.anyState') },
          ...jobRowStates.map((name) => ({ value: name, label: t(`jobs.rowStates.${name}`) })),
        ]}
      />
      <Listing query={rows} title={t('jobs.rowsNone')} body={t('jobs.rowsNoneBody')} paged>
        {(items) => (
          <Table aria-label={t('jobs.rows')} variant="compact" gridBreakPoint="grid-lg">
            <Thead>
              <Tr>
                <Th>{t('jobs.number')}</Th>
                <Th>{t('jobs.subject')}</Th>
                {gives && <Th>{t('jobs.serial')}</Th>}
                <Th>{t('jobs.state')}</Th>
                {gives && <Th>{t('jobs.distribution')}</Th>}
                <Th>{t('jobs.why')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {items.map((row) => (
                <Tr key={row.number}>
                  <Td dataLabel={t('jobs.number')}>{count(row.number)}</Td>
                  <Td dataLabel={t('jobs.subject')} modifier="breakWord">
                    <Subject job={job} row={row} />
                  </Td>
                  {gives && (
                    <Td dataLabel={t('jobs.serial')}>
                      {row.serial === undefined ? (
                        '–'
                      ) : (
                        <Link to={`/tokens/${row.serial}`}>{row.serial}</Link>
                      )}
                    </Td>
                  )}
                  <Td dataLabel={t('jobs.state')}>{t(`jobs.rowStates.${row.state}`)}</Td>
                  {gives && (
                    <Td dataLabel={t('jobs.distribution')}>
                      {row.distribution === undefined ? '–' : t(`states.${row.distribution}`)}
                    </Td>
                  )}
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
