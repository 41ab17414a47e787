/** Help for the page that is shown: a link in the masthead, and the key `?`. In a tab of its own, so that nothing that was typed is lost. */
import OutlinedQuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/outlined-question-circle-icon';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../../ui/patternfly.tsx';
import { helpOf } from './help-of-page.ts';

export function HelpButton() {
  const t = useTexts();
  const { pathname } = useLocation();
  const address = `/console${helpOf(pathname)}`;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target as HTMLElement;
      // Where text is typed it is a character.
      if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
      event.preventDefault();
      window.open(address, '_blank', 'noopener');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [address]);
  return (
    <Button
      component="a"
      variant="plain"
      className="sower-help-button"
      icon={<OutlinedQuestionCircleIcon />}
      aria-label={t('help.open')}
      aria-keyshortcuts="Shift+?"
      href={address}
      target="_blank"
      rel="noreferrer"
    />
  );
}
