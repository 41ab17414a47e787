/** What went wrong, in words for someone who knows nothing about servers, and in their language. */

import { selfServiceEn } from '@sower/messages/console/self-service.en';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem-words.ts';
import { Alert } from '../ui/patternfly.tsx';
import { useTexts } from './use-texts.ts';

type Known = keyof typeof selfServiceEn.problems;
const isKnown = (code: string): code is Known => Object.hasOwn(selfServiceEn.problems, code);

/** These know what is wrong with this token. */
const SAID_BY_SERVER: ReadonlySet<string> = new Set(['wrong-state', 'passcode-refused', 'pin-refused']);

/** A sentence for any error. */
export function useWrong(): (error: unknown) => string | undefined {
  const t = useTexts();

  return (error) => {
    if (!error) return undefined;
    const problem = problemOf(error);
    if (!problem) return error instanceof TypeError ? t('ui.noConnection') : t('ui.failed');
    // Here the server says more than the table of codes can, in the language of the page.
    if (SAID_BY_SERVER.has(problem.code) && problem.detail) return problem.detail;
    return isKnown(problem.code) ? t(`problems.${problem.code}`) : t('ui.failed');
  };
}

export function Wrong({ error }: { error: unknown }) {
  const say = useWrong();
  const text = say(error);
  return text === undefined ? null : <Told variant="danger">{text}</Told>;
}

/** One sentence in a box, read out when it appears. */
export function Told({
  variant,
  title,
  action,
  children,
}: {
  variant: 'danger' | 'warning' | 'info' | 'success';
  title?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Alert
      component={title === undefined ? 'p' : 'h3'}
      isInline
      variant={variant}
      title={title ?? children}
      role={variant === 'danger' || variant === 'warning' ? 'alert' : 'status'}
    >
      {title !== undefined && <p>{children}</p>}
      {action !== undefined && <div className="sower-told-action">{action}</div>}
    </Alert>
  );
}
