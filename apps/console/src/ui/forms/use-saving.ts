/**
 * What a form or a dialog sends. Where it is still shown, it shows itself what went wrong; whoever has left it in the meantime believes it to be
 * done, and hears of it wherever they are.
 */
import { type UseMutationOptions, type UseMutationResult, useMutation } from '@tanstack/react-query';
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
    onError: (...failed) =>
      isHere() ? options.onError?.(...failed) : notice(left(sentence(failed[0])), 'danger'),
  });
}
