/** The first question to the server has no answer: there is nothing to show yet, and it is not known who uses it. */
import { Bullseye, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { Button } from '../patternfly.tsx';
import { ProblemAlert } from '../problem-alert.tsx';

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
