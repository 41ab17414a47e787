/** The last day with access, of the time at which access ends: the beginning of the day after it, where it was set. */
import { useTimes } from '../ui/times.ts';

export function useLastDay(): (endsAt: string) => string {
  const { day } = useTimes();
  return (endsAt) => day(new Date(Date.parse(endsAt) - 1).toISOString());
}
