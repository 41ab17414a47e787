/** The current state of a query: skeleton, error with a way to try again, or its content. */
import { Skeleton } from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { ProblemAlert } from './problem-alert.tsx';

const WIDTHS = ['60%', '85%', '75%', '90%', '50%'] as const;

export function Loading({ lines = 5 }: { lines?: number }) {
  const t = useSharedTexts();
  return (
    <div className="sower-loading" role="status" aria-label={t('ui.loading')}>
      {WIDTHS.slice(0, lines).map((width) => (
        <Skeleton key={width} width={width} height="1.5rem" />
      ))}
    </div>
  );
}

export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children: (value: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ProblemAlert error={query.error} onRetry={() => query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => query.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
