/**
 * Where an answer leads: nowhere if anyone who waited for it has left the page, or closed the window, in the meantime. And the window that an
 * address opens.
 */
import { createContext, use, useEffect, useEffectEvent, useRef } from 'react';
import {
  type createBrowserRouter,
  type NavigateOptions,
  useHref,
  useLocation,
  useNavigate,
  useSearchParams,
} from 'react-router';

/** Knows at once that somebody leaves. The page they leave is shown until the next one is loaded, and drawn without haste. */
export const RouterContext = createContext<Pick<ReturnType<typeof createBrowserRouter>, 'state'> | undefined>(
  undefined,
);

/** Whether what calls it is still shown, at the address at which it was made, and no one is on the way to another page. */
export function useIsHere(): () => boolean {
  const router = use(RouterContext);
  const { pathname } = useLocation();
  const own = withoutSlash(useHref(pathname));
  const shownAt = useRef<string>(undefined);
  useEffect(() => {
    shownAt.current = pathname;
    return () => {
      shownAt.current = undefined;
    };
  }, [pathname]);
  return () => {
    if (shownAt.current !== pathname) return false;
    const { navigation, location } = router?.state ?? {};
    const heading = navigation?.location ?? location;
    return heading === undefined || withoutSlash(heading.pathname) === own;
  };
}

const withoutSlash = (pathname: string): string => pathname.replace(/\/$/, '');

export function useOnward(): (to: string, options?: NavigateOptions) => void {
  const navigate = useNavigate();
  const isHere = useIsHere();
  return (to, options) => {
    if (isHere()) void navigate(to, options);
  };
}

/** `?add` in the address opens the window to add something, and leaves the address: neither a reload nor the next log-on opens it again. */
export function useAddInAddress(open: () => void): void {
  const [parameters, setParameters] = useSearchParams();
  const adds = parameters.has('add');
  const opened = useEffectEvent(() => {
    const { add: _, ...others } = Object.fromEntries(parameters);
    setParameters(others, { replace: true });
    open();
  });
  useEffect(() => {
    if (adds) opened();
  }, [adds]);
}
