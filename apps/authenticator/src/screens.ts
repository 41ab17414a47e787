/**
 * Which screen is shown, and the way back. Only the depth is in the browser's history: addresses and activation codes are not, so that
 * neither a list of visited pages nor a synchronized browser ever has them.
 */
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from './import/arrival.ts';

/** What is said of a token once, when it has just been imported. */
export type Arrived = { readonly replaced: boolean; readonly comparison: string };

export type Screen =
  | { readonly name: 'list' }
  | { readonly name: 'token'; readonly serial: string; readonly arrived?: Arrived }
  | { readonly name: 'add'; readonly text?: string; readonly problem?: Problem }
  | { readonly name: 'scan' }
  /** With the code that was typed, which can still be corrected. */
  | { readonly name: 'review'; readonly invitation: Invitation; readonly typedCode?: string }
  /** Its numbers differed: it was removed again. */
  | { readonly name: 'dropped'; readonly serial: string }
  | { readonly name: 'settings' }
  | { readonly name: 'lock' }
  | { readonly name: 'move'; readonly serial?: string };

export type Screens = {
  readonly screen: Screen;
  /** Different for each screen that is gone to, also for two of one kind. */
  readonly depth: number;
  go(screen: Screen): void;
  /** Replaces the current screen: there is no way back to it. */
  replace(screen: Screen): void;
  back(): void;
  home(): void;
};

const ROOT: readonly Screen[] = [{ name: 'list' }];

export function useScreens(): Screens {
  const [stack, setStack] = useState(ROOT);
  const latest = useRef(stack);
  const show = useCallback((next: readonly Screen[]) => {
    latest.current = next;
    setStack(next);
  }, []);
  useEffect(() => {
    history.replaceState({ depth: 0 }, '');
    const onPop = ({ state }: PopStateEvent): void => {
      const depth = Number((state as { depth?: number } | null)?.depth ?? 0);
      const deepest = latest.current.length - 1;
      if (depth <= deepest) show(latest.current.slice(0, depth + 1));
      // Forward, to what is no longer kept: otherwise the next way back would seem to do nothing.
      else history.go(deepest - depth);
    };
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, [show]);
  const go = useCallback(
    (screen: Screen) => {
      history.pushState({ depth: latest.current.length }, '');
      show([...latest.current, screen]);
    },
    [show],
  );
  const replace = useCallback((screen: Screen) => show([...latest.current.slice(0, -1), screen]), [show]);
  const back = useCallback(() => history.back(), []);
  const home = useCallback(() => {
    const depth = latest.current.length - 1;
    show(ROOT);
    if (depth > 0) history.go(-depth);
  }, [show]);
  return { screen: stack.at(-1) as Screen, depth: stack.length, go, replace, back, home };
}
