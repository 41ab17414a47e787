/** Nothing that is shown or typed only here is lost by a link, the way back in the browser, or a tab that is closed. */
import { useEffect, useRef } from 'react';
import { type Location, useBlocker } from 'react-router';

type Leave = {
  /** Someone wants to leave. */
  readonly asking: boolean;
  stay(): void;
  leave(): void;
};

/**
 * @param holds whether there is something to lose now
 * @param isHere whether it is still here after a change of the address
 */
export function useLeaveGuard(
  holds: () => boolean,
  isHere: (here: Location, next: Location) => boolean = (here, next) => here.pathname === next.pathname,
): Leave {
  const latest = useRef(holds);
  latest.current = holds;
  const leaving = useRef(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => holds() && !isHere(currentLocation, nextLocation),
  );
  if (blocker.state === 'unblocked') leaving.current = false;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (latest.current()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  return {
    asking: blocker.state === 'blocked',
    // The question is closed by its answer too, and the way back takes until after that.
    stay: () => leaving.current || blocker.reset?.(),
    leave: () => {
      leaving.current = true;
      blocker.proceed?.();
    },
  };
}
