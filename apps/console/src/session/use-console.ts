/**
 * What every page of the Security Console works with: its texts, the API, who is logged on with their rights, times in words, and what is
 * said and asked for again once something is done.
 */
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useNotice } from '../ui/notices.tsx';
import { useTimes } from '../ui/times.ts';
import { useDone, useRefresh } from '../ui/use-work.ts';
import { useSession } from './use-session.ts';

export const useConsole = () => ({
  ...{ t: useTexts(), api: useApi() },
  ...useSession(),
  ...useTimes(),
  ...{ notice: useNotice(), refresh: useRefresh(), done: useDone() },
});
