/** Whoever logs off in one tab has logged off in all of them: what they showed goes from the others at once, before anything is asked. */
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

/**
 * @param name of the console: each has a session of its own
 * @param onLoggedOff in another tab
 * @returns tells the others
 */
export function useOtherTabs(name: string, onLoggedOff: () => void): () => void {
  const channel = useRef<BroadcastChannel>(undefined);
  const heard = useEffectEvent(onLoggedOff);
  useEffect(() => {
    const opened = new BroadcastChannel(`sower.log-off.${name}`);
    channel.current = opened;
    opened.onmessage = () => heard();
    return () => opened.close();
  }, [name]);
  return useCallback(() => channel.current?.postMessage('logged off'), []);
}
