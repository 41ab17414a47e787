/** What every page of the Security Console works with: its texts, the API, who is logged on with their rights, and times in words. */
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useTimes } from '../ui/times.ts';
import { useSession } from './use-session.ts';

export const useConsole = () => ({ t: useTexts(), api: useApi(), ...useSession(), ...useTimes() });
