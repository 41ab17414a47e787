/** Lock, look, About, moving, erasing. */
import { inGroupsOfFour } from '@sower/bytes/groups';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import type { Language } from '@sower/texts/language';
import { useEffect, useState } from 'react';
import { useInstall } from '../offline/app.ts';
import { type Parts, VERSION } from '../parts.ts';
import { LANGUAGES, THEMES, type Theme, useLook } from '../texts/use-texts.ts';
import { EraseButton } from '../ui/confirm.tsx';
import { Fact } from '../ui/field.tsx';
import { ScreenFrame } from '../ui/screen.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { eraseEverything } from '../vault/vault.ts';
import { lockWords } from './lock-page.tsx';

export function SettingsPage({ vault, database, screens, reopen }: Parts) {
  const { t, language, theme, choose } = useLook();
  const [deviceId, setDeviceId] = useState('');
  const [persistent, setPersistent] = useState<boolean>();
  const install = useInstall();
  const { state, copy } = useCopy();
  useEffect(() => {
    void vault.deviceId().then(setDeviceId, () => {});
    void navigator.storage?.persisted?.().then(setPersistent, () => {});
  }, [vault]);
  return (
    <ScreenFrame title={t('settings')} back={screens.back}>
      <section className="card">
        <h2>{t('lock.title')}</h2>
        <p>{t(lockWords(vault.lock))}</p>
        <div className="buttons">
          <button type="button" onClick={() => screens.go({ name: 'lock' })}>
            {t('lock.title')} …
          </button>
        </div>
      </section>
      <section className="card">
        <h2>{t('look.title')}</h2>
        <label className="field">
          <span>{t('look.language')}</span>
          <select value={language} onChange={(event) => choose({ language: event.target.value as Language })}>
            {LANGUAGES.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t('look.theme')}</span>
          <select value={theme} onChange={(event) => choose({ theme: event.target.value as Theme })}>
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {t(`look.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </section>
      {install && (
        <section className="card">
          <h2>{t('welcome.install')}</h2>
          <p>{t('welcome.installText')}</p>
          <button type="button" onClick={install}>
            {t('welcome.install')}
          </button>
        </section>
      )}
      <section className="card">
        <h2>{t('about.title')}</h2>
        <dl>
          <Fact name={t('about.device')} className="mono" hint={t('about.deviceHint')}>
            {inGroupsOfFour(deviceId)}
          </Fact>
          <Fact name={t('about.deviceClass')} className="mono">
            {DEVICE_CLASS}
          </Fact>
          <Fact name={t('about.version')}>{VERSION}</Fact>
          {persistent !== undefined && (
            <Fact name={t('about.storage')}>
              {persistent ? t('about.persistent') : t('about.notPersistent')}
            </Fact>
          )}
        </dl>
        <button type="button" onClick={() => copy(deviceId, 3600)}>
          {state === 'copied' ? t('token.copied') : t('about.copyDevice')}
        </button>
      </section>
      <section className="card">
        <h2>{t('move.title')}</h2>
        <p>{t('move.intro')}</p>
        <button type="button" onClick={() => screens.go({ name: 'move' })}>
          {t('move.title')} …
        </button>
      </section>
      <section className="card">
        <h2>{t('erase.title')}</h2>
        <p>{t('erase.text')}</p>
        <EraseButton
          onErase={() => {
            vault.close();
            database.close();
            void eraseEverything().then(() => {
              screens.home();
              reopen();
            });
          }}
        />
      </section>
    </ScreenFrame>
  );
}
