/** After Save and Distribute: what to hand over, how, and what happens to it. */
import { List, ListItem } from '@patternfly/react-core';
import { useCallback, useEffect, useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { OnceValues } from '../ui/dialogs/shown-once.tsx';
import { useLook } from '../ui/frame/brand.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { useDistributionSettings } from './code-fields.tsx';
import { CodeGuard } from './code-guard.tsx';
import { type Distributed, toHandOver } from './distributed.ts';
import { Letter } from './letter.tsx';
import { LiveState } from './live-state.tsx';

export function DistributeResultView({
  distributed: { result, deviceType },
  userId,
  user,
}: {
  distributed: Distributed;
  userId: string;
  /** Name and user ID. */
  user: string;
}) {
  const { t, time } = useConsole();
  const { codesByTelephone } = useLook();
  const server = useAnswer('getServer', {});
  const settings = useDistributionSettings(result.delivery === 'url');
  const { serial, activationCode, link, expiresAt } = result;
  const url = result.delivery === 'url';
  // Once it is used or invalid, no one needs the code that only this page shows.
  const [codeNeeded, setCodeNeeded] = useState(url);
  const codeDone = useCallback(() => setCodeNeeded(false), []);
  useEffect(() => document.getElementById('distributed')?.focus(), []);

  const steps = [
    t('result.qr.install', { application: deviceType.application }),
    t('result.qr.logOn', { url: `${server.data?.publicUrl ?? window.location.origin}/self-service` }),
    t('result.qr.activate'),
    t('result.qr.follow'),
    ...(deviceType.downloadUrl === undefined
      ? []
      : [t('result.qr.download', { url: deviceType.downloadUrl })]),
  ];
  return (
    <div className="sower-stack">
      <Alert variant="success" id="distributed" tabIndex={-1} title={t('result.done', { serial, user })}>
        {result.mailed === undefined
          ? t(url ? 'result.doneUrl' : 'result.doneQr')
          : t(`handOver.mailed.${result.mailed}`, { userId: user })}
      </Alert>
      <div className="sower-columns">
        {url ? (
          <TitledCard title={t('result.handOver')}>
            <OnceValues
              warning={t('result.once')}
              values={toHandOver({
                t,
                activationCode,
                ctkipUrl: result.ctkipUrl,
                link,
                device: deviceType.name,
                until:
                  expiresAt === undefined ? t('result.never') : t('result.until', { time: time(expiresAt) }),
              })}
            >
              <p>{t(codesByTelephone ? 'telephone.desk.yes' : 'telephone.desk.no')}</p>
              <div className="sower-actions">
                <Button variant="secondary" isDisabled={settings.isLoading} onClick={() => window.print()}>
                  {t('letter.print')}
                </Button>
              </div>
              <Letter
                result={result}
                deviceType={deviceType}
                user={user}
                letterhead={settings.data?.letterhead}
              />
            </OnceValues>
          </TitledCard>
        ) : (
          <TitledCard title={t('result.qr.title')} stacked>
            <p>{t('result.qr.intro')}</p>
            <CopyField
              label={t('result.qr.instructions')}
              value={steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}
            />
            {expiresAt !== undefined && <p>{t('result.qr.expires', { time: time(expiresAt) })}</p>}
          </TitledCard>
        )}
        <div className="sower-stack">
          {result.notices.length > 0 && (
            <Alert variant="warning" title={t('result.notices')}>
              <List>
                {result.notices.map((notice) => (
                  <ListItem key={notice}>{notice}</ListItem>
                ))}
              </List>
            </Alert>
          )}
          <LiveState serial={serial} onCodeDone={codeDone} />
        </div>
        {url && (
          <TitledCard title={t('result.advice.title')}>
            <p>{t('result.advice.intro')}</p>
            <List>
              <ListItem>{t(codesByTelephone ? 'result.advice.offline' : 'result.advice.inPerson')}</ListItem>
              <ListItem>{t('result.advice.encrypt')}</ListItem>
              <ListItem>{t('result.advice.gateway')}</ListItem>
              <ListItem>{t('result.advice.qr')}</ListItem>
            </List>
            <p>{t('result.advice.after')}</p>
            <List component="ol">
              <ListItem>{t('result.advice.copy')}</ListItem>
              <ListItem>{t('result.advice.instruct', { application: deviceType.application })}</ListItem>
            </List>
            <p>{t(expiresAt === undefined ? 'result.advice.noExpiry' : 'result.advice.expiry')}</p>
          </TitledCard>
        )}
      </div>
      <div className="sower-actions">
        <LinkButton to={`/users/${encodeURIComponent(userId)}`}>{t('result.toUser', { user })}</LinkButton>
        <LinkButton to="/tokens">{t('result.toTokens')}</LinkButton>
      </div>
      {codeNeeded && <CodeGuard serial={serial} />}
    </div>
  );
}
