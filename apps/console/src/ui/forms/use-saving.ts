/**
 * What a form or a dialog sends. Where it is still shown, it shows itself what went wrong; regardless of who has left it in the meantime believes it to be
 * done, and hears of it wherever they are.
 */
import { type UseMutationOptions, type UseMutationResult, useMutation } from '@tanstack/react-query';
import { isProblem } from '../../api/problem-words.ts';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { useNotice } from '../notices.tsx';
import { useErrorSentence } from '../problem-alert.tsx';
import { useIsHere } from '../use-onward.ts';

export function useSaving<Saved, Wish = void>(
  options: UseMutationOptions<Saved, Error, Wish>,
  /** The title of a dialog, which says what was to be done. */
  title?: string,
): UseMutationResult<Saved, Error, Wish> {
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
