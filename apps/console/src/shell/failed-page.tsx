/** Shown when a page cannot be: a wrong address, a part that did not load, a bug. */
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { Button } from '../ui/patternfly.tsx';

export function FailedPage() {
  const t = useTexts();
  return (
    <EmptyState titleText={t('shell.failed')} headingLevel="h1" status="danger">
      <EmptyStateBody>{t('ui.failed')}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button onClick={() => window.location.reload()}>{t('shell.reload')}</Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

export function NoSuchPage() {
  const t = useTexts();
  return (
    <EmptyState titleText={t('shell.noPage')} headingLevel="h1">
      <EmptyStateBody>{t('shell.noPageBody')}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Link to="/">{t('menu.home')}</Link>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

/** While the first part loads. */
export function NothingYet() {
  return null;
}
