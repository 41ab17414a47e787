/** An error in the server's words, with the way to try again, and to whoever is permitted. */
import { Alert, AlertActionLink, List, ListItem } from '@patternfly/react-core';
import { use } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePermissionWords } from '../api/permission-words.ts';
import { problemOf, unplacedProblems } from '../api/problem-words.ts';
import { SessionContext } from '../session/use-session.ts';

export function ProblemAlert({
  error,
  onRetry,
  fields = [],
}: {
  error: unknown;
  onRetry?: () => void;
  /** Paths whose messages stand at their inputs. */
  fields?: readonly string[];
}) {
  const { t } = useTranslation();
  const words = usePermissionWords();
  const session = use(SessionContext);
  if (!error) return null;
  const problem = problemOf(error);
  const elsewhere = unplacedProblems(error, fields);
  const allPlaced = problem?.errors !== undefined && problem.errors.length > 0 && elsewhere.length === 0;
  const title = allPlaced
    ? t('ui.markedFields')
    : (problem?.title ?? (error instanceof TypeError ? t('ui.noConnection') : t('ui.failed')));
  const detail =
    problem?.detail ?? (error instanceof Error && !(error instanceof TypeError) ? error.message : '');
  return (
    <Alert
      component="p"
      isInline
      variant="danger"
      title={title}
      role="alert"
      {...(onRetry
        ? { actionLinks: <AlertActionLink onClick={onRetry}>{t('ui.tryAgain')}</AlertActionLink> }
        : {})}
    >
      {elsewhere.length > 0 ? (
        <List>
          {elsewhere.map((entry) => (
            <ListItem key={`${entry.path} ${entry.message}`}>
              {entry.path === '' ? entry.message : `${entry.path}: ${entry.message}`}
            </ListItem>
          ))}
        </List>
      ) : allPlaced ? null : (
        detail
      )}
      {problem?.permission !== undefined && (
        <p>
          {t('whoCan.ask', { permission: words(problem.permission) })}{' '}
          {session?.permissions.includes('administrators:view') && (
            <Link to={`/who-can?permission=${problem.permission}`}>{t('whoCan.link')}</Link>
          )}
        </p>
      )}
    </Alert>
  );
}
