/** The times of a schedule in words, as far as they are simple; undefined for others, which are shown as they are written. */
import { useLanguage } from '../texts/language.ts';
import { useTexts } from '../texts/use-texts.ts';

const NUMBER = /^\d{1,2}$/;
/** A Sunday. */
const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MILLISECONDS = 86_400_000;

export function useScheduleWords(): (cron: string) => string | undefined {
  const t = useTexts();
  const language = useLanguage();
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return (cron) => {
    const [minute = '', hour = '', day = '', month = '', week = ''] = cron.split(' ');
    if (month !== '*') return undefined;
    const isDaily = day === '*' && week === '*';
    if (isDaily && hour === '*') {
      if (minute === '*') return t('schedules.times.minutes', { count: 1 });
      const every = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
      // Of 7 minutes, the last before the full hour are fewer.
      if (every !== undefined && 60 % Number(every) === 0)
        return t('schedules.times.minutes', { count: Number(every) });
      if (minute === '0') return t('schedules.times.hour');
      return NUMBER.test(minute) ? t('schedules.times.hourly', { count: Number(minute) }) : undefined;
    }
    if (!NUMBER.test(minute) || !NUMBER.test(hour)) return undefined;
    const time = clock.format(Date.UTC(2026, 0, 1, Number(hour), Number(minute)));
    if (isDaily) return t('schedules.times.daily', { time });
    if (day === '*' && week === '1-5') return t('schedules.times.workdays', { time });
    if (day === '*' && /^[0-7]$/.test(week))
      return t('schedules.times.weekly', {
        day: weekday.format(SUNDAY + Number(week) * DAY_MILLISECONDS),
        time,
      });
    if (NUMBER.test(day) && week === '*') return t('schedules.times.monthly', { day: Number(day), time });
    return undefined;
  };
}
