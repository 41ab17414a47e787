/** Administration > Jobs. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { pageSize } from '../ui/cursor-paging.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Listing } from '../ui/listing.tsx';
import { isRefresh } from '../ui/refresh.ts';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { isOpen, JobState, useJobName } from './job-state.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const nameOf = useJobName();
  const { time, count } = useTimes();
  const [parameters] = useSearchParams();
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const jobs = useQuery({
    queryKey: ['jobs', 'list', limit, cursor],
    queryFn: (context) =>
      api('listJobs', {
        query: { limit, ...(cursor === undefined ? {} : { cursor }) },
        quiet: isRefresh(context),
      }),
    refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 2_000 : 15_000),
  });
  const make = (
    <>
      {can('tokens:distribute') && <LinkButton to="/jobs/new">{t('distributeMany.title')}</LinkButton>}
      {can('tokens:assign') && (
        <LinkButton to="/jobs/assign" variant="secondary">
          {t('assignMany.title')}
        </LinkButton>
      )}
    </>
  );
  return (
    <Screen
      title={t('jobs.title')}
      trail={[{ label: t('menu.administration') }]}
      intro={t('jobs.intro')}
      actions={make}
    >
      <Listing query={jobs} title={t('jobs.none')} body={t('jobs.noneBody')} action={make} paged>
        {(items) => (
          <Table aria-label={t('jobs.title')} variant="compact" gridBreakPoint="grid-lg">
            <Thead>
              <Tr>
                <Th>{t('jobs.name')}</Th>
                <Th>{t('jobs.kind')}</Th>
                <Th>{t('jobs.state')}</Th>
                <Th>{t('jobs.progress')}</Th>
                <Th>{t('jobs.startedBy')}</Th>
                <Th>{t('jobs.createdAt')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {items.map((job) => (
                <Tr key={job.id}>
                  <Td dataLabel={t('jobs.name')} modifier="breakWord">
                    <Link to={`/jobs/${job.id}`}>{nameOf(job)}</Link>
                  </Td>
                  <Td dataLabel={t('jobs.kind')}>{t(`jobs.kinds.${job.kind}`)}</Td>
                  <Td dataLabel={t('jobs.state')}>
                    <JobState job={job} />
                  </Td>
                  <Td dataLabel={t('jobs.progress')}>
                    {t('jobs.at', { position: count(job.position), total: count(job.total) })}
                  </Td>
                  <Td dataLabel={t('jobs.startedBy')} modifier="breakWord">
                    {job.startedBy}
                  </Td>
                  <Td dataLabel={t('jobs.createdAt')}>{time(job.createdAt)}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </Listing>
    </Screen>
  );
}
