/** Where an answer leads: nowhere if whoever waited for it has left the page, or closed the window, in the meantime. */
import { useEffect, useRef } from 'react';
import { type NavigateOptions, useLocation, useNavigate } from 'react-router';

/** Whether what calls it is still shown, and at the address at which it was made. */
export function useIsHere(): () => boolean {
  const { pathname } = useLocation();
  const shownAt = useRef<string>(undefined);
  useEffect(() => {
    shownAt.current = pathname;
    return () => {
      shownAt.current = undefined;
    };
  }, [pathname]);
  return () => shownAt.current === pathname;
}

export function useOnward(): (to: string, options?: NavigateOptions) => void {
  const navigate = useNavigate();
  const isHere = useIsHere();
  return (to, options) => {
    if (isHere()) void navigate(to, options);
  };
}
