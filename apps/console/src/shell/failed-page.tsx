/** What is shown when a page cannot be: a wrong address, a part that did not load, a fault. */
import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';

export function FailedPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <EmptyState titleText={t('shell.failed')} headingLevel="h1" status="danger">
      <EmptyStateBody>{error instanceof Error ? error.message : t('ui.failed')}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button onClick={() => window.location.reload()}>{t('shell.reload')}</Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

export function NoSuchPage() {
  const { t } = useTranslation();
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
