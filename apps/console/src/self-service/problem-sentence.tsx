/** What went wrong, in words for someone who knows nothing about servers, and in their language. */
import selfServiceEn from '@sower/texts/en/self-service.json' with { type: 'json' };
import type { ReactNode } from 'react';
import { ownWordsFor, problemOf } from '../api/problem-words.ts';
import { ProblemSentenceContext } from '../ui/problem-alert.tsx';
import { useTexts } from './use-person.ts';

type Known = keyof typeof selfServiceEn.problems;
const isKnown = (code: string): code is Known => Object.hasOwn(selfServiceEn.problems, code);

/** These know what is wrong with this token. */
const SAID_BY_SERVER: ReadonlySet<string> = new Set(['wrong-state', 'passcode-refused', 'pin-refused']);

export function useProblemSentence(): (error: unknown) => string {
  const t = useTexts();
  return (error) => {
    const problem = problemOf(error);
    if (!problem) return t(ownWordsFor(error) ?? 'ui.failed');
    // Here the server says more than the table of codes can, in the language of the page.
    if (SAID_BY_SERVER.has(problem.code) && problem.detail) return problem.detail;
    return isKnown(problem.code) ? t(`problems.${problem.code}`) : t('ui.failed');
  };
}

/** All below says it so. */
export function ProblemSentences({ children }: { children: ReactNode }) {
  return <ProblemSentenceContext value={useProblemSentence()}>{children}</ProblemSentenceContext>;
}
