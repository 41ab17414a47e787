/** A form that is a page is not left by mistake while something in it is unsaved, whether by a link, the browser's back button or its cross. */
import { type RefObject, useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

/**
 * @param within something in the form
 * @param pending what is sent is saved, until an answer says otherwise
 * @param refused whether it did; a page that stays after saving has to say so
 * @param changed by a button, which is no input; undefined if nothing in the form can be
 */
export function useUnsaved(
  within: RefObject<HTMLElement | null>,
  pending: boolean,
  refused: boolean,
  changed = false,
) {
  const unsaved = useRef(false);
  const sent = useRef(false);
  const givenUp = useRef(false);
  if (pending) {
    sent.current = unsaved.current || sent.current;
    unsaved.current = false;
  } else if (sent.current) {
    sent.current = false;
    unsaved.current = refused;
  }
  const byButton = useRef(false);
  useEffect(() => {
    byButton.current = changed && !pending;
    givenUp.current = false;
  });
  const isUnsaved = (): boolean => unsaved.current || (byButton.current && !givenUp.current);
  useEffect(() => {
    const form = within.current?.closest('form');
    const onInput = (): void => {
      unsaved.current = true;
    };
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (unsaved.current || byButton.current) event.preventDefault();
    };
    form?.addEventListener('input', onInput);
    window.addEventListener('beforeunload', onLeave);
    return () => {
      form?.removeEventListener('input', onInput);
      window.removeEventListener('beforeunload', onLeave);
    };
  }, [within]);
  // What is edited may be in the address: another domain, another template.
  const blocker = useBlocker(
    ({ currentLocation: here, nextLocation: next }) =>
      isUnsaved() && `${here.pathname}${here.search}` !== `${next.pathname}${next.search}`,
  );
  return {
    /** Leaves without asking: anyone who cancels means it. */
    giveUp: (): void => {
      unsaved.current = false;
      givenUp.current = true;
    },
    asking: blocker.state === 'blocked',
    stay: (): void => blocker.reset?.(),
    leave: (): void => blocker.proceed?.(),
  };
}
