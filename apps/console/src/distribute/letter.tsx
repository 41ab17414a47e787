/**
 * The letter to the user: one page that is visible only in print. It exists while the activation code is on the screen, and nowhere else.
 */
import type { DeviceType } from '@sower/api/device-types';
import type { DistributeResult, Letterhead } from '@sower/api/distributions';
import { inGroupsOfFour } from '@sower/bytes/groups';
import { createPortal } from 'react-dom';
import { useConsole } from '../session/use-console.ts';
import { useLook } from '../ui/frame/brand.tsx';
import { QrCode } from '../ui/qr-code.tsx';

export function Letter({
  result,
  deviceType,
  user,
  letterhead,
}: {
  result: DistributeResult;
  deviceType: DeviceType;
  /** Name and user ID. */
  user: string;
  letterhead: Letterhead | undefined;
}) {
  const { t, time } = useConsole();
  const { codesByTelephone } = useLook();
  const { serial, ctkipUrl, activationCode, expiresAt, link } = result;
  const scans = link !== undefined && deviceType.qrCode;
  return createPortal(
    <article className="sower-letter" aria-hidden="true">
      {letterhead !== undefined && (
        <header>
          <p>
            {[letterhead.name, ...letterhead.address]
              .filter((line) => line !== '')
              .map((line) => (
                <span key={line}>{line}</span>
              ))}
          </p>
          {letterhead.logo !== '' && <img src={letterhead.logo} alt="" />}
        </header>
      )}
      <h1>{t('letter.title')}</h1>
      <p>{t('letter.to', { user })}</p>
      <p>{t('letter.intro', { serial })}</p>
      <ol>
        <li>
          {t('letter.install', { application: deviceType.application })}{' '}
          {deviceType.downloadUrl !== undefined && t('letter.download', { url: deviceType.downloadUrl })}
        </li>
        {scans && (
          <li>
            {t('letter.scan')}
            <QrCode link={link} label={t('letter.picture')} />
          </li>
        )}
        <li>
          {t(scans ? 'letter.urlInstead' : 'letter.url')}
          <code>{ctkipUrl}</code>
        </li>
        <li>
          {t('letter.code')}
          <code>{inGroupsOfFour(activationCode ?? '')}</code>
          {expiresAt === undefined ? t('letter.noExpiry') : t('letter.expires', { time: time(expiresAt) })}
        </li>
      </ol>
      <p>{t(codesByTelephone ? 'telephone.users.yes' : 'telephone.users.no')}</p>
    </article>,
    document.body,
  );
}
