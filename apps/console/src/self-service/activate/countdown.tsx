/** The remaining time of a code, and what is taking too long. Read out once, not every second. */
import { useEffect, useState } from 'react';
import { useTexts } from '../use-texts.ts';

const DAY_SECONDS = 86_400;

/**
 * Remaining whole seconds; undefined if it never expires. Counted from when this is first shown, so that a wrong clock on this device does
 * no harm; the server decides.
 */
export function useSecondsLeft(secondsLeft: number | undefined): number | undefined {
  const [start] = useState(() => Date.now());
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return secondsLeft === undefined
    ? undefined
    : Math.max(0, secondsLeft - Math.max(0, Math.floor((now - start) / 1000)));
}

/** Whether something has lasted this long. */
export function useLasting(on: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!on) return;
    const timer = setTimeout(() => setLasting(true), milliseconds);
    return () => clearTimeout(timer);
  }, [on, milliseconds]);
  return lasting;
}

export function Countdown({ seconds }: { seconds: number | undefined }) {
  const t = useTexts();
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
