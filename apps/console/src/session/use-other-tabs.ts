/**
 * All tabs share one session. A logoff in one of them applies to all, and after a logon in one, the others act for the new person: whatever
 * they showed to the previous one disappears at once, before any request.
 */
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

/**
 * @param name of the console: each has a session of its own
 * @param onChanged in another tab
 * @param onChanged.who has logged on there; undefined after a logoff
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
