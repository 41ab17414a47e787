/** What is left of the time of a code. Read out once, not every second. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const DAY_SECONDS = 86_400;

/** Whole seconds until then; undefined when it never ends. Counts by this device's clock: the server decides. */
export function useSecondsLeft(expiresAt: string | undefined): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1000));
}

export function Countdown({ seconds }: { seconds: number | undefined }) {
  const { t } = useTranslation('selfService');
  if (seconds === undefined) return <p className="sower-countdown">{t('activate.scan.always')}</p>;
  const text =
    seconds >= DAY_SECONDS
      ? t('activate.scan.validDays', { count: Math.floor(seconds / DAY_SECONDS) })
      : t('activate.scan.validTime', { time: clock(seconds) });
  return (
    <p className="sower-countdown" role="timer" aria-live="off">
      {text}
    </p>
  );
}

function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
