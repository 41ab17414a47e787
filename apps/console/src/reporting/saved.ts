/** What the pages of saved reports share. */
import type { SavedReport } from '@sower/api/saved-reports';

export const SAVED_KEY = ['savedReports'];

/** Times that are offered; others can be chosen on the command line. */
export const TIMES = {
  never: undefined,
  daily: '0 7 * * *',
  weekly: '0 7 * * 1',
  monthly: '0 7 1 * *',
} as const;
export type Times = keyof typeof TIMES;

/** Undefined: others. */
export const timesOf = ({ schedule }: SavedReport): Times | undefined =>
  (Object.keys(TIMES) as Times[]).find((name) => TIMES[name] === schedule?.cron);
