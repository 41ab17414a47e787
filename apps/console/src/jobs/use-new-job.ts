/** What sets up a job, which is checked first, and leads to its page, where it can be started. */
import { LIMITS } from '@sower/api/limits';
import { useOnward } from '../ui/use-onward.ts';
import { useRefresh, useSaving } from '../ui/use-work.ts';

/** What a name may not have is left out of it. */
export const jobNameOf = (fileName: string): string =>
  fileName.replace(/[&%<>\p{Cc}]/gu, '').slice(0, LIMITS.name);

type Send = () => Promise<{ readonly id: string }>;

/**
 * @param send undefined: something is missing
 * @param back where the form is left to
 * @returns what its form is given, and the end of that
 */
export function useNewJob(send: Send | undefined, back: string) {
  const refresh = useRefresh();
  const onward = useOnward();
  const making = useSaving({
    mutationFn: (chosen: Send) => chosen(),
    onSuccess: async ({ id }) => {
      await refresh(['jobs']);
      onward(`/jobs/${id}`);
    },
  });
  return {
    form: { error: making.error, onSubmit: () => send && making.mutate(send) },
    end: { unguarded: true, pending: making.isPending, ready: send !== undefined, back },
  };
}
