/**
 * All tabs have one session. Whoever logs off in one of them has logged off in all, and whoever logs on in one is who the others act for: what they
 * showed of somebody else goes at once, before anything is asked.
 */
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

/**
 * @param name of the console: each has a session of its own
 * @param onChanged in another tab
 * @param onChanged.who has logged on there; undefined: somebody has logged off
 * @returns tells the others
 */
export function useOtherTabs(
  name: string,
  onChanged: (who: string | undefined) => void,
): (who?: string) => void {
  const channel = useRef<BroadcastChannel>(undefined);
  const heard = useEffectEvent(onChanged);
  useEffect(() => {
    const opened = new BroadcastChannel(`sower.session.${name}`);
    channel.current = opened;
    opened.onmessage = ({ data }: MessageEvent<{ who?: string }>) => heard(data.who);
    return () => opened.close();
  }, [name]);
  return useCallback((who) => channel.current?.postMessage({ who }), []);
}
