/** What the pages of saved reports share. */

export const SAVED_KEY = ['savedReports'];

/** Times that are offered; others can be chosen on the command line. */
export const TIMES = {
  never: undefined,
  daily: '0 7 * * *',
  weekly: '0 7 * * 1',
  monthly: '0 7 1 * *',
} as const;
export type Times = keyof typeof TIMES;
