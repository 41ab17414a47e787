/** Find anything: a button of the masthead, and Ctrl-K (Cmd-K) on every page. */
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../../ui/patternfly.tsx';

const FindWindow = lazy(() => import('./find-window.tsx'));

export function FindButton() {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      // A window that is open already has the keyboard, and may have something unsaved.
      if (document.querySelector('[role=dialog]') === null) setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button
        variant="plain"
        icon={<SearchIcon />}
        aria-label={t('find.open')}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      />
      {open && (
        <Suspense>
          <FindWindow onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
