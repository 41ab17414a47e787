/** What a page or a window sends, and after it was done: says so, and asks again for what it may have changed. */
import {
  type QueryKey,
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { isOvertaken, isProblem } from '../api/problem-words.ts';
import { isSession } from '../api/use-answer.ts';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { useNotice } from './notices.tsx';
import { useErrorSentence } from './problem-alert.tsx';
import { useIsHere, useOnward } from './use-onward.ts';

/** Asks again for all that begins with this key; without one for everything but who is logged on. */
export function useRefresh(): (key?: QueryKey) => Promise<void> {
  const queries = useQueryClient();
  return (key) =>
    queries.invalidateQueries(
      key === undefined ? { predicate: (query) => !isSession(query) } : { queryKey: key },
    );
}

export function useDone(): (said: string, key?: QueryKey) => Promise<void> {
  const notice = useNotice();
  const refresh = useRefresh();
  return (said, key) => {
    notice(said);
    return refresh(key);
  };
}

/** After the form of a page was saved: says so, asks again for what it may have changed, and goes on. */
export function useSaved(): (said: string, to: string, key?: QueryKey) => Promise<void> {
  const done = useDone();
  const onward = useOnward();
  return async (said, to, key) => {
    await done(said, key);
    onward(to);
  };
}

/** What a window does, and what it says and asks again for once that is done; without words, `work` does all of it. */
export function useWork<T extends unknown[]>(
  work: (...given: T) => Promise<unknown>,
  said: string | undefined,
  changes: QueryKey | undefined,
): (...given: T) => Promise<unknown> {
  const done = useDone();
  return async (...given) => {
    const result = await work(...given);
    if (said !== undefined) await done(said, changes);
    return result;
  };
}

/** After something was deleted whose page is left now: what that page shows is not asked for again, and what follows is. */
export function useGone(): (said: string) => Promise<void> {
  const queries = useQueryClient();
  const notice = useNotice();
  return (said) => {
    notice(said);
    return queries.invalidateQueries({
      predicate: (query) => !isSession(query),
      refetchType: 'none',
    });
  };
}

/** For actions without a confirmation: says that the action was done, or why not. */
export function useAtOnce(): (work: Promise<unknown>, said: string, onDone?: () => void) => void {
  const sentence = useErrorSentence();
  const notice = useNotice();
  const refresh = useRefresh();
  const done = useDone();
  return (work, said, onDone) => {
    work.then(
      () => {
        onDone?.();
        return done(said);
      },
      (error: unknown) => {
        notice(sentence(error), 'danger');
        if (isOvertaken(error)) void refresh();
      },
    );
  };
}

/**
 * What a form or a dialog sends. Where it is still shown, it shows itself what went wrong. People who have left it in the meantime believe
 * it to be done, and a notice informs them wherever they are.
 */
export function useSaving<Saved, Input = void>(
  options: UseMutationOptions<Saved, Error, Input>,
  /** The title of a dialog, which says what was to be done. */
  title?: string,
): UseMutationResult<Saved, Error, Input> {
  const t = useSharedTexts();
  const notice = useNotice();
  const sentence = useErrorSentence();
  const isHere = useIsHere();
  const left = (problem: string): string =>
    title === undefined ? t('ui.leftUnsaved', { problem }) : t('ui.closedUndone', { title, problem });
  return useMutation({
    ...options,
    onError: (...failed) => {
      const [error] = failed;
      if (isHere()) return options.onError?.(...failed);
      // That a session has ended is said where one logs on, and anyone who does that next may be somebody else.
      if (!isProblem(error, 'not-authenticated')) notice(left(sentence(error)), 'danger');
      return undefined;
    },
  });
}
