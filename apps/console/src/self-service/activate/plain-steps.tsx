/** The steps of Activate Your Token that only show text, or contain one form. */
import { Content } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { LinkButton } from '../../ui/link.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Facts } from '../../ui/titled-card.tsx';
import { Announcement } from '../part.tsx';
import { PinForm } from '../token/pin-form.tsx';
import { ProveForm } from '../token/prove-form.tsx';
import { usePerson, useTexts } from '../use-person.ts';
import { type Activation, onPhone } from './use-activation.ts';

export function ProveStep() {
  const t = useTexts();
  return (
    <>
      <h2 className="pf-v6-c-title pf-m-xl">{t('prove.title')}</h2>
      <Content component="p">{t('prove.body')}</Content>
      <ProveForm />
      <Content component="p">{t('prove.lost')}</Content>
    </>
  );
}

export function AppStep({ activation, onNext }: { activation: Activation; onNext: () => void }) {
  const t = useTexts();
  const { app } = activation;
  return (
    <>
      <Content component="p">{t('activate.app.body')}</Content>
      <Facts
        facts={[
          [t('activate.app.app'), app.name],
          app.deviceType !== app.name && [t('activate.app.forDevice'), app.deviceType],
        ]}
      />
      {app.downloadUrl === undefined ? (
        <Content component="p">{t('activate.app.noDownload', { app: app.name })}</Content>
      ) : (
        <p>
          <a href={app.downloadUrl} target="_blank" rel="noreferrer">
            {t('activate.app.download')}
          </a>
        </p>
      )}
      {app.downloadUrl !== undefined && !onPhone() && (
        <div className="sower-qr sower-qr-small">
          <p>{t('activate.app.downloadScan')}</p>
          <QrCode link={app.downloadUrl} label={t('activate.app.downloadPicture')} />
        </div>
      )}
      {activation.delivery === 'qr' && (
        <Announcement variant="info">
          {t(onPhone() ? 'activate.app.sameDevice' : 'activate.app.otherDevice')}
        </Announcement>
      )}
      {activation.hadCopy && (
        <Announcement variant="warning">{t('activate.app.old', { serial: activation.serial })}</Announcement>
      )}
      <div className="sower-actions">
        <Button onClick={onNext}>{t('activate.app.have')}</Button>
      </div>
    </>
  );
}

export function PinStep({ activation }: { activation: Activation }) {
  const t = useTexts();
  const queries = useQueryClient();
  const { session } = usePerson();
  // A user who comes back another day and logs on by password shows the token first.
  if (session.method !== 'passcode') {
    return (
      <>
        <Content component="p">{t('pin.proveBody')}</Content>
        <ProveForm serial={activation.serial} />
      </>
    );
  }
  return (
    <PinForm
      token={activation}
      onDone={() =>
        queries.invalidateQueries({ queryKey: ['self-service', 'tokens', activation.serial, 'activation'] })
      }
    />
  );
}

/** Someone used the code again, before the first tokencode or after it. */
export function Reused({ activation, confirmed }: { activation: Activation; confirmed: boolean }) {
  const t = useTexts();
  const url = activation.delivery === 'url' ? 'Url' : '';
  return (
    <Announcement variant="warning" title={t(`activate.confirm.reused${url}Title`)}>
      {t(`activate.confirm.reused${url}${confirmed ? 'Later' : ''}`)}
    </Announcement>
  );
}

export function DoneStep({ activation }: { activation: Activation }) {
  const t = useTexts();
  return (
    <>
      <Announcement variant="success" title={t('activate.done.title')}>
        {t('activate.done.body')}
      </Announcement>
      <section className="sower-stack">
        <h3 className="pf-v6-c-title pf-m-lg">{t('activate.done.nextTime')}</h3>
        <p>{t(`activate.done.${activation.authenticationType}`)}</p>
        <p>{t('activate.done.once')}</p>
      </section>
      <div className="sower-actions">
        <LinkButton to="/" variant="primary">
          {t('activate.done.leave')}
        </LinkButton>
      </div>
    </>
  );
}
