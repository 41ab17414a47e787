/** The clock: ticks for what is shown, and how far it is from the servers' and from itself a moment ago. */
import { useEffect, useState } from 'react';

/** Unix milliseconds, updated at the beginning of each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      setNow(Date.now());
      timer = setTimeout(tick, 1000 - (Date.now() % 1000) + 5);
    };
    tick();
    // A page that was suspended must not show an old code.
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  return now;
}

/** How far off a clock may be before the app says so; the server also accepts the codes of neighboring intervals. */
export const CLOCK_TOLERANCE = 20_000;

/** This device's clock minus the server's, in milliseconds; undefined when it cannot be known. The answer's Date has whole seconds. */
export async function clockOffset(server: string): Promise<number | undefined> {
  try {
    const before = Date.now();
    const reply = await fetch(server, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(10_000),
    });
    const after = Date.now();
    const date = Date.parse(reply.headers.get('date') ?? '');
    return Number.isNaN(date) || after < before ? undefined : (before + after) / 2 - (date + 500);
  } catch {
    return undefined;
  }
}
