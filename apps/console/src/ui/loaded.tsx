/** The current state of a query: skeleton, error with a way to try again, or its content, which may be empty. */
import {
  Bullseye,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Skeleton,
} from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { Button } from './patternfly.tsx';
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

/** The first question to the server has no answer: there is nothing to show yet, and it is not known who uses it. */
export function UnreachablePage({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: unknown;
  onRetry: () => void;
}) {
  const t = useSharedTexts();
  return (
    <main className="sower-whole">
      <Bullseye>
        <EmptyState titleText={title} headingLevel="h1" status="danger">
          <EmptyStateBody>
            <ProblemAlert error={error} />
          </EmptyStateBody>
          <EmptyStateFooter>
            <Button onClick={onRetry}>{t('ui.tryAgain')}</Button>
          </EmptyStateFooter>
        </EmptyState>
      </Bullseye>
    </main>
  );
}

/** An empty list that says what to do next. */
export function Nothing({ title, body, action }: { title: string; body: string; action?: ReactNode }) {
  return (
    <EmptyState titleText={title} headingLevel="h2" variant="sm">
      <EmptyStateBody>{body}</EmptyStateBody>
      {action !== undefined && action !== false && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
