/** What is shown once, by the page or the window that asked for it; people who have left that in the meantime are informed that it is lost. */
import { useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { useNotice } from '../notices.tsx';
import { useIsHere } from '../use-onward.ts';

/** What a window is given that makes something which is shown once. */
export type Making<Made> = { readonly onMade: (made: Made) => void; readonly onClose: () => void };

/**
 * @param titleOf the window that shows it
 * @returns what is to be shown, what shows it, and what to call once it is kept
 */
export function useOnce<Made>(
  titleOf: (made: Made) => string,
): [made: Made | undefined, show: (made: Made) => void, kept: () => void] {
  const t = useTexts();
  const notice = useNotice();
  const isHere = useIsHere();
  const [shown, setShown] = useState<Made>();
  const show = (made: Made): void => {
    if (isHere()) setShown(() => made);
    else notice(t('ui.onceLost', { title: titleOf(made) }), 'danger');
  };
  return [shown, show, () => setShown(undefined)];
}
