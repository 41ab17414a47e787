/** The clock: ticks for what is shown, and how far it is from the servers' and from itself a moment ago. */
import { useEffect, useState } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import type { Database, Token } from '../vault/database.ts';
import { clockConfirmed, clockSetBack } from '../vault/vault.ts';

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
const CLOCK_TOLERANCE = 20_000;

/** This device's clock minus the server's, in milliseconds; undefined when it cannot be known. The answer's Date has whole seconds. */
async function clockOffset(server: string): Promise<number | undefined> {
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

const AGAIN = 15 * 60_000;
const SET_BACK_TOLERANCE = 60_000;

/** A warning if the clock of this device cannot be trusted, compared with its servers or with its own past. */
export function useClockHint(database: Database, tokens: readonly Token[]): string | undefined {
  const t = useTexts();
  const [offset, setOffset] = useState(0);
  const [setBack, setSetBack] = useState(0);
  const servers = [
    ...new Set(tokens.filter(({ algorithm }) => algorithm !== 'hotp').map(({ server }) => server)),
  ];
  const asked = servers.slice(0, 3).join(' ');

  useEffect(() => {
    let shown = true;
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const lookBack = async (): Promise<void> => {
        const back = await clockSetBack(database, Date.now()).catch(() => 0);
        if (shown) setSetBack(back);
      };
      await lookBack();
      if (!navigator.onLine || asked === '') return;
      const offsets = await Promise.all(asked.split(' ').map(clockOffset));
      const known = offsets.filter((each) => each !== undefined);
      // One server with a wrong clock of its own must not accuse this one.
      const least = known.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
      if (!shown || least === undefined) return;
      setOffset(least);
      if (Math.abs(least) > CLOCK_TOLERANCE) return;
      await clockConfirmed(database, Date.now()).catch(() => {});
      await lookBack();
    };
    const lookNow = (): void => void look();
    lookNow();
    const timer = setInterval(lookNow, AGAIN);
    window.addEventListener('online', lookNow);
    document.addEventListener('visibilitychange', lookNow);
    return () => {
      shown = false;
      clearInterval(timer);
      window.removeEventListener('online', lookNow);
      document.removeEventListener('visibilitychange', lookNow);
    };
  }, [database, asked]);

  const span = (milliseconds: number): string => {
    const seconds = Math.round(Math.abs(milliseconds) / 1000);
    if (seconds < 90) return t('clock.seconds', { count: seconds });
    if (seconds < 5400) return t('clock.minutes', { count: Math.round(seconds / 60) });
    if (seconds < 129_600) return t('clock.hours', { count: Math.round(seconds / 3600) });
    return t('clock.days', { count: Math.round(seconds / 86_400) });
  };
  if (offset < -CLOCK_TOLERANCE) return t('clock.behind', { span: span(offset) });
  if (offset > CLOCK_TOLERANCE) return t('clock.ahead', { span: span(offset) });
  return setBack > SET_BACK_TOLERANCE ? t('clock.setBack', { span: span(setBack) }) : undefined;
}
