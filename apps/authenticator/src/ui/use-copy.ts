/** Copies a text, and takes it off the clipboard again when it is no longer needed and nobody has been elsewhere since. */
import { useCallback, useEffect, useRef, useState } from 'react';

export type Copy = {
  readonly state: 'none' | 'copied' | 'refused';
  copy(text: string, forSeconds: number): void;
};

const SHOWN = 2_000;

export function useCopy(): Copy {
  const [state, setState] = useState<Copy['state']>('none');
  const forget = useRef(() => {});
  useEffect(() => () => forget.current(), []);
  const copy = useCallback((text: string, forSeconds: number) => {
    forget.current();
    navigator.clipboard.writeText(text).then(
      () => {
        setState('copied');
        const shown = setTimeout(() => setState('none'), SHOWN);
        // Whoever leaves goes to paste, and may copy something of their own there: that is theirs.
        const clear = setTimeout(() => {
          void navigator.clipboard.writeText('').catch(() => {});
          stop();
        }, forSeconds * 1000);
        const stop = (): void => {
          clearTimeout(clear);
          window.removeEventListener('blur', stop);
        };
        window.addEventListener('blur', stop);
        forget.current = () => {
          clearTimeout(shown);
          stop();
        };
      },
      () => setState('refused'),
    );
  }, []);
  return { state, copy };
}
