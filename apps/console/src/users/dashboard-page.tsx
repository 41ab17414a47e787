/** User Dashboard: everything about one user, and the help desk's actions. */
import { Card, CardBody, CardHeader, CardTitle, Label } from '@patternfly/react-core';
import { typedSerial } from '@sower/api/serial';
import { visible } from '@sower/bytes/printable';
import { useState } from 'react';
import { useParams } from 'react-router';
import { TokenAccess } from '../access/token-access.tsx';
import { UserActivity } from '../access/user-activity.tsx';
import { isOvertaken } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type Named, nameAndId } from '../api/user-words.ts';
import { undistributable } from '../distribute/undistributable.ts';
import { useConsole } from '../session/use-console.ts';
import { TokenChoice, type WhichToken, whichIsReady } from '../tokens/token-question.tsx';
import { DistributionLabel, pairFacts, TokenStateLabels } from '../tokens/token-state.tsx';
import { useTokenActions } from '../tokens/use-token-actions.tsx';
import { ActionMenu } from '../ui/action-menu.tsx';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { useOnward } from '../ui/use-onward.ts';
import { useSaving } from '../ui/use-work.ts';
import { CallCard } from './call-card.tsx';
import { SelfServiceCard } from './self-service-card.tsx';
import { SourceCard } from './source-card.tsx';
import { useUserActions } from './use-user-actions.tsx';

export function Component() {
  const { t, api, can, time, lastDay, done, refresh } = useConsole();
  const onward = useOnward();
  const { userId = '' } = useParams();
  const [assigning, setAssigning] = useState(false);
  const { menuFor, dialog } = useUserActions(() => onward('/users'));
  const user = useAnswer('getUser', { params: { userId } });
  const data = user.data;
  const next = useSaving(
    {
      mutationFn: () => api('assignNextToken', { params: { userId } }),
      onSuccess: ({ serial }) =>
        done(t('tokens.said.assigned', { serial, userId: data ? nameAndId(data) : userId })),
      onError: (error) => isOvertaken(error) && refresh(),
    },
    t('dashboard.assignNext'),
  );
  return (
    <Screen
      title={data ? nameAndId(data) : visible(userId)}
      actions={
        data && (
          <>
            {can('tokens:assign') && data.enabled && (
              <>
                <Button onClick={() => setAssigning(true)}>{t('dashboard.assign')}</Button>
                <Button variant="secondary" work={next}>
                  {t('dashboard.assignNext')}
                </Button>
              </>
            )}
            <ActionMenu
              label={t('ui.menuOf', { name: userId })}
              text={t('ui.actions')}
              entries={menuFor(data, 'view')}
            />
          </>
        )
      }
    >
      <ProblemAlert error={next.error} />
      <Loaded query={user}>
        {(value) => (
          <div className="sower-columns sower-tiles">
            <CallCard user={value} />
            <TitledCard title={t('users.person')}>
              <Facts
                facts={[
                  [t('users.userId'), value.userId],
                  [t('users.name'), `${value.firstName} ${value.lastName}`.trim() || '–'],
                  [t('users.email'), value.email || '–'],
                  value.telephone !== '' && [t('userSource.telephone'), value.telephone],
                  [
                    t('users.state'),
                    <Label key="state" color={value.enabled ? 'green' : 'grey'}>
                      {value.enabled ? t('users.enabled') : t('users.disabled')}
                    </Label>,
                  ],
                  value.leaving && [t('leaving.lastDay'), lastDay(value.leaving.at)],
                  [t('domains.one'), value.securityDomain],
                  [t('users.createdAt'), time(value.createdAt)],
                ]}
              />
            </TitledCard>
            {value.source && <SourceCard userId={userId} source={value.source} />}
            {value.tokens.map((serial) => (
              <UserToken key={serial} serial={serial} />
            ))}
            {value.tokens.length === 0 && (
              <TitledCard title={t('users.tokens')}>{t('dashboard.noTokens')}</TitledCard>
            )}
            <SelfServiceCard user={value} />
            <UserActivity userId={userId} />
          </div>
        )}
      </Loaded>
      {dialog}
      {assigning && <AssignTokenDialog user={data ?? { userId }} onClose={() => setAssigning(false)} />}
    </Screen>
  );
}

/** Assigns a token to a user: the next unassigned one, or one by its serial number. */
function AssignTokenDialog({ user, onClose }: { user: Named; onClose: () => void }) {
  const { userId } = user;
  const { t, api, done } = useConsole();
  const [which, setWhich] = useState<WhichToken>({ next: true, serial: '' });

  const assign = async (): Promise<string> => {
    if (which.next) return (await api('assignNextToken', { params: { userId } })).serial;
    await api('assignToken', { params: { serial: typedSerial(which.serial) }, body: { userId } });
    return typedSerial(which.serial);
  };
  return (
    <FormDialog
      title={t('dashboard.assignTitle', { userId: nameAndId(user) })}
      action={t('tokens.assignAction')}
      ready={whichIsReady(which)}
      onClose={onClose}
      onSubmit={async () => {
        const assigned = await assign();
        await done(t('tokens.said.assigned', { serial: assigned, userId: nameAndId(user) }));
      }}
    >
      <TokenChoice value={which} onChange={setWhich} path="serial" />
    </FormDialog>
  );
}

/** One token of a user, with its actions. */
function UserToken({ serial }: { serial: string }) {
  const { t, can, date, time } = useConsole();
  const { menuFor, dialog } = useTokenActions();
  const token = useAnswer('getToken', { params: { serial } });
  const data = token.data;
  return (
    <Card component="section">
      <CardHeader
        {...(data
          ? {
              actions: {
                actions: (
                  <ActionMenu label={t('tokens.menuOf', { serial })} entries={menuFor(data, ['assign'])} />
                ),
                hasNoOffset: true,
              },
            }
          : {})}
      >
        <CardTitle component="h2">
          {t('tokens.token')}{' '}
          <Link to={`/tokens/${serial}`} className="sower-mono">
            {serial}
          </Link>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <Loaded query={token}>
          {(value) => {
            const current = value.seeds.find(({ state }) => state === 'current');
            return (
              <div className="sower-stack">
                <Facts
                  facts={[
                    [t('tokens.columns.state'), <TokenStateLabels key="state" token={value} />],
                    ...pairFacts(t, value),
                    [
                      t('tokens.columns.distribution'),
                      <DistributionLabel key="distribution" state={value.distribution?.state} />,
                    ],
                    [t('tokens.columns.profile'), value.distribution?.profile ?? '–'],
                    [t('tokens.columns.pin'), value.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet')],
                    [
                      t('tokens.seed.lastAcceptedAt'),
                      current?.lastAcceptedAt === undefined ? '–' : time(current.lastAcceptedAt),
                    ],
                    [t('tokens.failures'), String(value.failures)],
                    [t('tokens.columns.expiresOn'), date(value.expiresOn)],
                  ]}
                />
                {value.userId !== undefined && <TokenAccess token={value} userId={value.userId} />}
                {can('tokens:distribute') && undistributable(t, value) === undefined && (
                  <div className="sower-actions">
                    <LinkButton to={`/tokens/${serial}/distribute`} variant="primary">
                      {value.distribution ? t('tokens.redistribute') : t('tokens.distribute')}
                    </LinkButton>
                  </div>
                )}
              </div>
            );
          }}
        </Loaded>
      </CardBody>
      {dialog}
    </Card>
  );
}
