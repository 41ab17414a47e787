/** The state of access with one token, and what the help desk does about it. */
import { Label } from '@patternfly/react-core';
import type { Token } from '@sower/api/tokens';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { Link } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { useAtOnce } from '../ui/use-work.ts';
import { EmergencyDialog, ResynchronizeDialog, TestDialog } from './token-dialogs.tsx';
import { mayHavePin, refusalOfEmergency } from './token-refusals.ts';
import { TimeLine } from './user-activity.tsx';

const COLOURS = {
  normal: 'green',
  'not-provisioned': 'grey',
  'new-pin': 'blue',
  'next-tokencode': 'blue',
  'held-back': 'orange',
  locked: 'orange',
  disabled: 'grey',
  lost: 'red',
  expired: 'orange',
} as const;

/** Only for an assigned token; others give no access. */
export function TokenAccess({
  token,
  userId,
}: {
  token: Pick<Token, 'serial' | 'seeds' | 'userId' | 'userState' | 'enabled' | 'expired'>;
  userId: string;
}) {
  const { serial } = token;
  const provisioned = token.seeds.length > 0;
  const { t, api, can, time } = useConsole();
  const atOnce = useAtOnce();
  const [asked, setAsked] = useState<'test' | 'resync' | 'emergency' | 'end'>();
  const access = useAnswer('getTokenAccess', { params: { serial } });
  const params = { serial };
  const close = (): void => setAsked(undefined);
  return (
    <Loaded query={access} lines={3}>
      {(value) => {
        const emergency = value.emergencyAccess;
        const waits = value.mode === 'locked' || value.mode === 'held-back';
        return (
          <div className="sower-stack">
            <Facts
              facts={[
                [
                  t('access.mode'),
                  <span key="mode">
                    <Label color={COLOURS[value.mode]}>{t(`access.modes.${value.mode}`)}</Label>{' '}
                    {t(`access.modesSay.${value.mode}`)}
                  </span>,
                ],
                value.waitsUntil !== undefined && [t('access.waitsUntil'), time(value.waitsUntil)],
                [
                  t('access.emergency'),
                  emergency === undefined
                    ? t('access.none')
                    : emergency.kind === 'fixed'
                      ? t('access.emergencyFixed', { until: time(emergency.until) })
                      : t('access.emergencySet', {
                          count: emergency.codesLeft,
                          until: time(emergency.until),
                        }),
                ],
              ]}
            />
            {can('tokens:edit') && (
              <div className="sower-actions">
                {provisioned && (
                  <>
                    <Button variant="secondary" onClick={() => setAsked('test')}>
                      {t('access.test')}
                    </Button>
                    <Button variant="secondary" onClick={() => setAsked('resync')}>
                      {t('access.resync')}
                    </Button>
                  </>
                )}
                {(mayHavePin(token) || value.newPinRequired) && (
                  <Button
                    variant="secondary"
                    onClick={() =>
                      atOnce(
                        api('requireNewPin', { params, body: { required: !value.newPinRequired } }),
                        t(value.newPinRequired ? 'access.withdrawPinDone' : 'access.requirePinDone', {
                          serial,
                        }),
                      )
                    }
                  >
                    {value.newPinRequired ? t('access.withdrawPin') : t('access.requirePin')}
                  </Button>
                )}
                {waits && (
                  <Button
                    variant="secondary"
                    onClick={() =>
                      atOnce(api('unlockUser', { params: { userId } }), t('access.unlocked', { userId }))
                    }
                  >
                    {t('access.unlock')}
                  </Button>
                )}
                {refusalOfEmergency(t, token) === undefined && (
                  <Button variant="secondary" onClick={() => setAsked('emergency')}>
                    {t('access.giveEmergency')}
                  </Button>
                )}
                {emergency !== undefined && (
                  <Button variant="secondary" isDanger onClick={() => setAsked('end')}>
                    {t('access.endEmergency')}
                  </Button>
                )}
              </div>
            )}
            {asked === 'test' && <TestDialog serial={serial} onClose={close} />}
            {asked === 'resync' && <ResynchronizeDialog serial={serial} onClose={close} />}
            {asked === 'emergency' && <EmergencyDialog serial={serial} onClose={close} />}
            {asked === 'end' && (
              <ConfirmDialog
                title={t('access.endTitle', { serial })}
                action={t('access.endEmergency')}
                body={t('access.endBody')}
                onClose={close}
                onConfirm={() => api('endEmergencyAccess', { params })}
                said={t('access.endDone', { serial })}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

const LATEST = 50;

/** The history of a token from the audit trail, for those who may read it: the latest entries, and the way to all of them. */
export function TokenHistory({ serial }: { serial: string }) {
  const { t } = useConsole();
  const object = `token:${serial}`;
  const history = useAnswer('listAudit', { query: { object, limit: LATEST } });
  return (
    <TitledCard title={t('activity.ofToken')}>
      <Loaded query={history}>
        {({ items }) => (
          <div className="sower-stack">
            <TimeLine label={t('activity.ofToken')} entries={items} />
            <Link to={`/audit?object=${encodeURIComponent(object)}`} otherwise={null}>
              {t('activity.inLog')}
            </Link>
          </div>
        )}
      </Loaded>
    </TitledCard>
  );
}
