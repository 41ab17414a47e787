/** The progress of the activation, requested every two seconds, and the code that this page has requested. */
import type { OwnActivation, OwnCode } from '@sower/api/self-service';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { useAnswer } from '../../api/use-answer.ts';

const EVERY_MILLISECONDS = 2000;

export function useActivation(serial: string) {
  const api = useApi();
  const queries = useQueryClient();
  const key = ['self-service', 'tokens', serial, 'activation'] as const;
  const [code, setCode] = useState<OwnCode>();
  const watched = useAnswer(
    'watchActivation',
    { params: { serial } },
    { refetchInterval: EVERY_MILLISECONDS, gcTime: 0 },
  );
  const mint = useMutation({
    mutationFn: () => api('openOwnActivation', { params: { serial } }),
    gcTime: 0,
    onSuccess: async (fresh) => {
      setCode(fresh);
      await queries.invalidateQueries({ queryKey: key });
    },
    // The server's current state shows why it was refused.
    onError: () => queries.invalidateQueries({ queryKey: key }),
  });
  // A code is not kept after its use, nor after the page that showed it.
  const state = watched.data?.state;
  useEffect(() => {
    if (state === 'provisioned' || state === 'confirmed') setCode(undefined);
  }, [state]);
  useEffect(() => {
    const drop = (): void => setCode(undefined);
    window.addEventListener('pagehide', drop);
    return () => window.removeEventListener('pagehide', drop);
  }, []);
  return { watched, code, mint };
}

export type Activation = OwnActivation;

/** Whether this page is open on a phone or tablet, as far as the browser says. Only chooses words and offers a link. */
export function onPhone(): boolean {
  const hints = (navigator as { userAgentData?: { mobile?: boolean } }).userAgentData;
  return hints?.mobile === true || /Android|iPhone|iPad|iPod/.test(navigator.userAgent);
}
