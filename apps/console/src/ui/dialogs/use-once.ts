/** What is shown once, by the page or the window that asked for it; regardless of who has left that in the meantime hears that it is lost. */
import { useTexts } from '../../texts/use-texts.ts';
import { useNotice } from '../notices.tsx';
import { useIsHere } from '../use-onward.ts';

export function useOnce<Made>(
  show: (made: Made) => void,
  /** Of the window that shows it. */
  titleOf: (made: Made) => string,
): (made: Made) => void {
  const t = useTexts();
  const notice = useNotice();
  const isHere = useIsHere();
  return (made) => (isHere() ? show(made) : notice(t('ui.onceLost', { title: titleOf(made) }), 'danger'));
}
