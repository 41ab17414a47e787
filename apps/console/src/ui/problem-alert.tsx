/** An error in the server's words, or in one sentence for users; with a way to try again, or to find anyone who has the permission. */
import { AlertActionLink, List, ListItem } from '@patternfly/react-core';
import type { Permission } from '@sower/api/permissions';
import { type ComponentType, createContext, use } from 'react';
import { ownWordsFor, problemOf, unplacedProblems } from '../api/problem-words.ts';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { Alert } from './patternfly.tsx';

/** What helps if a permission is missing. Only the Security Console has permissions. */
export const MissingPermissionContext = createContext<ComponentType<{ permission: Permission }> | undefined>(
  undefined,
);

/** What helps if the server failed. Only the Security Console has the audit trail. */
export const FailedRequestContext = createContext<ComponentType<{ request: string }> | undefined>(undefined);

/** Users see one sentence that does not come from the server. */
export const ProblemSentenceContext = createContext<((error: unknown) => string) | undefined>(undefined);

/** An error in one sentence, where there is no room for more. */
export function useErrorSentence(): (error: unknown) => string {
  const t = useSharedTexts();
  const sentence = use(ProblemSentenceContext);
  return (error) => {
    if (sentence) return sentence(error);
    const without = ownWordsFor(error);
    if (without) return t(without);
    return error instanceof Error ? error.message : t('ui.failed');
  };
}

export function ProblemAlert({
  error,
  onRetry,
  fields = [],
}: {
  error: unknown;
  onRetry?: () => void;
  /** Paths whose messages are shown at their inputs. */
  fields?: readonly string[];
}) {
  const t = useSharedTexts();
  const MissingPermission = use(MissingPermissionContext);
  const FailedRequest = use(FailedRequestContext);
  const sentence = use(ProblemSentenceContext);
  if (!error) return null;
  const retry = onRetry && {
    actionLinks: <AlertActionLink onClick={onRetry}>{t('ui.tryAgain')}</AlertActionLink>,
  };
  if (sentence) {
    return <Alert variant="danger" title={sentence(error)} role="alert" {...retry} />;
  }
  const problem = problemOf(error);
  const without = ownWordsFor(error);
  const elsewhere = unplacedProblems(error, fields);
  const allPlaced = problem?.errors !== undefined && problem.errors.length > 0 && elsewhere.length === 0;
  const title = allPlaced ? t('ui.markedFields') : (problem?.title ?? t(without ?? 'ui.failed'));
  const detail = problem?.detail ?? (error instanceof Error && !without ? error.message : '');
  return (
    <Alert variant="danger" title={title} role="alert" {...retry}>
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
      {MissingPermission !== undefined && problem?.permission !== undefined && (
        <MissingPermission permission={problem.permission} />
      )}
      {FailedRequest !== undefined && typeof problem?.params?.request === 'string' && (
        <FailedRequest request={problem.params.request} />
      )}
    </Alert>
  );
}
