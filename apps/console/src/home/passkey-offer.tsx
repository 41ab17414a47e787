/** Home: who logs on without a passkey is offered one, until they have one or say no, and not again in this browser. */
import { AlertActionLink } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { hasPasskeys } from '../session/use-log-on.ts';
import { Alert } from '../ui/patternfly.tsx';

/** Of each administrator: several may share a browser. */
const keyOf = (userName: string): string => `sower.passkey-offered.${userName}`;

export function PasskeyOffer() {
  const { t, api, userName } = useConsole();
  const navigate = useNavigate();
  const [answered, setAnswered] = useState(() => localStorage.getItem(keyOf(userName)) !== null);
  const own = useQuery({
    queryKey: ['ownLogOn'],
    queryFn: () => api('getOwnLogOn', {}),
    enabled: !answered && hasPasskeys(),
  });
  if (answered || !own.data?.passkeysPossible || own.data.passkeys.length > 0) return null;
  const answer = (): void => {
    localStorage.setItem(keyOf(userName), new Date().toISOString());
    setAnswered(true);
  };
  return (
    <Alert
      variant="info"
      title={t('passkeyOffer.title')}
      actionLinks={
        <>
          <AlertActionLink
            onClick={() => {
              answer();
              navigate('/log-on?add');
            }}
          >
            {t('ownLogOn.add')}
          </AlertActionLink>
          <AlertActionLink onClick={answer}>{t('passkeyOffer.no')}</AlertActionLink>
        </>
      }
    >
      {t('passkeyOffer.body')}
    </Alert>
  );
}
