/** Hours in the time zone of the person who looks, days as the server counts them: in UTC. */
import { useLanguage } from '../texts/language.ts';

export function useFigureTimes(grain: 'hour' | 'day') {
  const shown = useLanguage();
  const language = navigator.languages.find((tag) => tag.startsWith(shown)) ?? shown;
  const zone = grain === 'day' ? ({ timeZone: 'UTC' } as const) : {};
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    ...(grain === 'hour' ? { timeStyle: 'short' } : {}),
    ...zone,
  });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', ...zone });
  const hour = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', ...zone });
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return {
    exact: (iso: string) => exact.format(new Date(iso)),
    /** @param seconds since 1970 */
    tick: (seconds: number) => {
      const date = new Date(seconds * 1000);
      const midnight = grain === 'day' || (date.getHours() === 0 && date.getMinutes() === 0);
      return (midnight ? day : hour).format(date);
    },
    /** For `YYYY-MM`. */
    month: (name: string) => month.format(new Date(`${name}-01T00:00:00Z`)),
  };
}
