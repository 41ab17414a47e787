/** The QR code: shown on request, gone when its time is over, and one button that fixes what went wrong. */
import { Content, ExpandableSection } from '@patternfly/react-core';
import type { OwnCode } from '@sower/api/self-service';
import { inGroupsOfFour } from '@sower/bytes/groups';
import { type ReactNode, useEffect, useState } from 'react';
import { CopyField } from '../../ui/copy-field.tsx';
import { Button, Spinner } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Announcement } from '../part.tsx';
import { useTexts } from '../use-person.ts';
import { type Activation, onPhone, type useActivation } from './use-activation.ts';

type Mint = ReturnType<typeof useActivation>['mint'];

/** An app that has scanned the code takes a second or two, on a bad connection ten. */
const SILENCE_MILLISECONDS = 20_000;

export function ScanStep({
  activation,
  code,
  mint,
  onBack,
}: {
  activation: Activation;
  code: OwnCode | undefined;
  mint: Mint;
  onBack: () => void;
}) {
  const t = useTexts();
  const back = (
    <Button variant="link" onClick={onBack}>
      {t('back')}
    </Button>
  );
  if (activation.delivery === 'url') return <ByUrl activation={activation} back={back} />;
  if (activation.state === 'failed') {
    return (
      <>
        <ProblemAlert error={mint.error} />
        <Announcement variant="danger" title={t('activate.scan.failedTitle')} action={<Again mint={mint} />}>
          {t('activate.scan.failed')}
        </Announcement>
      </>
    );
  }
  if (activation.state === 'withdrawn') {
    return (
      <Announcement variant="danger" title={t('activate.scan.withdrawnTitle')}>
        {t('activate.scan.withdrawn')}
      </Announcement>
    );
  }
  return (
    <>
      <ProblemAlert error={mint.error} />
      {code === undefined ? (
        <>
          {activation.state === 'expired' && (
            <Announcement variant="warning" title={t('activate.scan.expiredTitle')}>
              {t('activate.scan.expired')}
            </Announcement>
          )}
          <Content component="p">{t(onPhone() ? 'activate.scan.phone' : 'activate.scan.body')}</Content>
          <Announcement variant="warning">{t('activate.scan.alone')}</Announcement>
          <div className="sower-actions">
            <Button work={mint}>{t(onPhone() ? 'activate.scan.get' : 'activate.scan.show')}</Button>
            {back}
          </div>
        </>
      ) : (
        <Shown key={code.code} activation={activation} code={code} mint={mint} />
      )}
    </>
  );
}

/** The one button that fixes everything. */
function Again({ mint, variant = 'primary' }: { mint: Mint; variant?: 'primary' | 'secondary' }) {
  const t = useTexts();
  return (
    <Button variant={variant} work={mint}>
      {t('activate.scan.again')}
    </Button>
  );
}

/** An app in the browser gets a page of its own: this one is needed for the code. A link to an installed app would leave it empty. */
const OWN_PAGE = { target: '_blank', rel: 'noreferrer' } as const;

function Shown({ activation, code, mint }: { activation: Activation; code: OwnCode; mint: Mint }) {
  const t = useTexts();
  const seconds = useSecondsLeft(code.secondsLeft);
  const silent = useLasting(activation.state === 'opened', SILENCE_MILLISECONDS);
  const trouble =
    activation.code > code.code
      ? 'replaced'
      : seconds === 0 || activation.state === 'expired'
        ? 'expired'
        : activation.refusal === 'device'
          ? 'device'
          : activation.refusal === 'other'
            ? 'refused'
            : silent && 'silent';
  if (trouble)
    return (
      <Announcement
        variant={trouble === 'device' || trouble === 'refused' ? 'danger' : 'warning'}
        title={t(`activate.scan.${trouble}Title`)}
        action={<Again mint={mint} />}
      >
        {trouble === 'device'
          ? t('activate.scan.device', { deviceType: activation.app.deviceType })
          : t(`activate.scan.${trouble}`)}
      </Announcement>
    );
  return (
    <>
      {onPhone() && code.sameDevice && (
        <>
          <Content component="p">{t('activate.scan.here')}</Content>
          <div className="sower-actions">
            <Button component="a" href={code.link} {...(/^https?:/.test(code.link) ? OWN_PAGE : {})}>
              {t('activate.scan.sameDevice')}
            </Button>
          </div>
        </>
      )}
      <Content component="p">
        {t(onPhone() && code.sameDevice ? 'activate.scan.elsewhere' : 'activate.scan.body')}
      </Content>
      <div className="sower-qr">
        <QrCode link={code.link} label={t('activate.scan.image')} />
        <Countdown seconds={seconds} />
      </div>
      <Waiting>{t(activation.state === 'opened' ? 'activate.scan.opened' : 'activate.scan.waiting')}</Waiting>
      <ExpandableSection toggleText={t('activate.scan.trouble')}>
        <div className="sower-stack">
          <p>{t('activate.scan.troubleBody')}</p>
          {code.shown && (
            <>
              <p>{t('activate.scan.typed')}</p>
              <CopyField label={t('activate.scan.url')} value={code.shown.url} />
              <CopyField
                label={t('activate.scan.code')}
                value={code.shown.activationCode}
                shown={inGroupsOfFour(code.shown.activationCode)}
              />
            </>
          )}
          <div>
            <Again mint={mint} variant="secondary" />
          </div>
        </div>
      </ExpandableSection>
    </>
  );
}

/** The administrator has the code; this shows only the progress of the app. */
function ByUrl({ activation, back }: { activation: Activation; back: ReactNode }) {
  const t = useTexts();
  const { state, refusal } = activation;
  if (state === 'expired') {
    return (
      <Announcement variant="warning" title={t('activate.url.expiredTitle')}>
        {t('activate.url.expired')}
      </Announcement>
    );
  }
  if (state === 'failed' || state === 'withdrawn') {
    return (
      <Announcement variant="danger" title={t(`activate.scan.${state}Title`)}>
        {t(`activate.url.${state}`)}
      </Announcement>
    );
  }
  return (
    <>
      <Content component="p">{t('activate.url.body')}</Content>
      {refusal !== undefined && (
        <Announcement
          variant="danger"
          title={t(refusal === 'device' ? 'activate.scan.deviceTitle' : 'activate.scan.refusedTitle')}
        >
          {t('activate.url.again')}
        </Announcement>
      )}
      <Waiting>{t(state === 'opened' ? 'activate.scan.opened' : 'activate.url.waiting')}</Waiting>
      <div>{back}</div>
    </>
  );
}

function Waiting({ children }: { children: string }) {
  return (
    <p role="status" className="sower-actions">
      <Spinner size="md" aria-hidden="true" />
      {children}
    </p>
  );
}

const DAY_SECONDS = 86_400;

/**
 * Remaining whole seconds; undefined if it never expires. Counted from when this is first shown, so that a wrong clock on this device does
 * no harm; the server decides.
 */
function useSecondsLeft(secondsLeft: number | undefined): number | undefined {
  const [start] = useState(() => Date.now());
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return secondsLeft === undefined
    ? undefined
    : Math.max(0, secondsLeft - Math.max(0, Math.floor((now - start) / 1000)));
}

/** Whether something has lasted this long. */
function useLasting(on: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!on) return;
    const timer = setTimeout(() => setLasting(true), milliseconds);
    return () => clearTimeout(timer);
  }, [on, milliseconds]);
  return lasting;
}

function Countdown({ seconds }: { seconds: number | undefined }) {
  const t = useTexts();
  if (seconds === undefined) return <p className="sower-countdown">{t('activate.scan.always')}</p>;
  const text =
    seconds >= DAY_SECONDS
      ? t('activate.scan.validDays', { count: Math.floor(seconds / DAY_SECONDS) })
      : t('activate.scan.validTime', { time: clock(seconds) });
  return (
    <p className="sower-countdown" role="timer" aria-live="off">
      {text}
    </p>
  );
}

function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
