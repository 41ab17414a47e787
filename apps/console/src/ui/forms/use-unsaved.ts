/** A form that is a page is not left by mistake while something in it is unsaved, whether by a link, the browser's back button or its cross. */
import { type RefObject, useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

/**
 * @param within something in the form
 * @param pending what is sent is saved, until an answer says otherwise
 * @param refused whether it did; a page that stays after saving has to say so
 */
export function useUnsaved(within: RefObject<HTMLElement | null>, pending: boolean, refused: boolean) {
  const unsaved = useRef(false);
  const sent = useRef(false);
  if (pending) {
    sent.current = unsaved.current || sent.current;
    unsaved.current = false;
  } else if (sent.current) {
    sent.current = false;
    unsaved.current = refused;
  }
  useEffect(() => {
    const form = within.current?.closest('form');
    const onInput = (): void => {
      unsaved.current = true;
    };
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (unsaved.current) event.preventDefault();
    };
    form?.addEventListener('input', onInput);
    window.addEventListener('beforeunload', onLeave);
    return () => {
      form?.removeEventListener('input', onInput);
      window.removeEventListener('beforeunload', onLeave);
    };
  }, [within]);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved.current && currentLocation.pathname !== nextLocation.pathname,
  );
  return {
    /** Leaves without asking: whoever cancels means it. */
    giveUp: (): void => {
      unsaved.current = false;
    },
    asking: blocker.state === 'blocked',
    stay: (): void => blocker.reset?.(),
    leave: (): void => blocker.proceed?.(),
  };
}
