/**
 * Copies a text, and takes it off the clipboard again when it is no longer needed and no one has been elsewhere since: even when what
 * it was copied from is no longer on the screen.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

export type Copy = {
  readonly state: 'none' | 'copied' | 'refused';
  copy(text: string, forSeconds: number): void;
};

const SHOWN = 2_000;

/** For the text that was copied last, on whichever screen: leaves it on the clipboard. */
let letBe = (): void => {};

export function useCopy(): Copy {
  const [state, setState] = useState<Copy['state']>('none');
  const shown = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(shown.current), []);
  const copy = useCallback((text: string, forSeconds: number) => {
    letBe();
    navigator.clipboard.writeText(text).then(
      () => {
        setState('copied');
        clearTimeout(shown.current);
        shown.current = setTimeout(() => setState('none'), SHOWN);
        takeOff(forSeconds);
      },
      () => setState('refused'),
    );
  }, []);
  return { state, copy };
}

function takeOff(afterSeconds: number): void {
  letBe();
  const timer = setTimeout(() => {
    letBe();
    void navigator.clipboard.writeText('').catch(() => {});
  }, afterSeconds * 1000);
  // A user who leaves the page is about to paste, and may copy something else there, which must not be cleared.
  window.addEventListener('blur', onBlur);
  letBe = () => {
    clearTimeout(timer);
    window.removeEventListener('blur', onBlur);
  };
}

const onBlur = (): void => letBe();
