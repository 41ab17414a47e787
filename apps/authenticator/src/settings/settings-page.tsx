/** Lock, look, About, moving, erasing. */
import { DEVICE_CLASS, groupedDeviceId } from '@sower/ctkip/authenticator/device';
import { useEffect, useState } from 'react';
import { useInstall } from '../offline/install.ts';
import type { Parts } from '../parts.ts';
import { LANGUAGES, type Language, THEMES, type Theme, useLook } from '../texts/use-texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { ScreenFrame } from '../ui/screen.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { eraseEverything } from '../vault/vault.ts';
import { VERSION } from '../version.ts';

export function SettingsPage({ vault, database, screens, reopen }: Parts) {
  const { texts, language, theme, choose } = useLook();
  const [deviceId, setDeviceId] = useState('');
  const [persistent, setPersistent] = useState<boolean>();
  const [erasing, setErasing] = useState(false);
  const install = useInstall();
  const { state, copy } = useCopy();
  useEffect(() => {
    void vault.deviceId().then(setDeviceId, () => {});
    void navigator.storage?.persisted?.().then(setPersistent, () => {});
  }, [vault]);
  return (
    <ScreenFrame title={texts.settings} back={screens.back}>
      <section className="card">
        <h2>{texts.lock.title}</h2>
        <p>
          {vault.lock === undefined
            ? texts.lock.none
            : vault.lock.kind === 'pin'
              ? texts.lock.isPin
              : texts.lock.isPasskey}
        </p>
        <div className="buttons">
          <button type="button" onClick={() => screens.go({ name: 'lock' })}>
            {texts.lock.title} …
          </button>
          {vault.lock && (
            <button
              type="button"
              onClick={() => {
                screens.home();
                reopen();
              }}
            >
              {texts.lock.lockNow}
            </button>
          )}
        </div>
      </section>
      <section className="card">
        <h2>{texts.look.title}</h2>
        <label className="field">
          <span>{texts.look.language}</span>
          <select value={language} onChange={(event) => choose({ language: event.target.value as Language })}>
            {Object.entries(LANGUAGES).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{texts.look.theme}</span>
          <select value={theme} onChange={(event) => choose({ theme: event.target.value as Theme })}>
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {texts.look[each]}
              </option>
            ))}
          </select>
        </label>
      </section>
      {install && (
        <section className="card">
          <h2>{texts.welcome.install}</h2>
          <p>{texts.welcome.installText}</p>
          <button type="button" onClick={install}>
            {texts.welcome.install}
          </button>
        </section>
      )}
      <section className="card">
        <h2>{texts.about.title}</h2>
        <dl>
          <div>
            <dt>{texts.about.device}</dt>
            <dd className="mono">{groupedDeviceId(deviceId)}</dd>
          </div>
          <div>
            <dt>{texts.about.deviceClass}</dt>
            <dd className="mono">{DEVICE_CLASS}</dd>
          </div>
          <div>
            <dt>{texts.about.version}</dt>
            <dd>{VERSION}</dd>
          </div>
          {persistent !== undefined && (
            <div>
              <dt>{texts.about.storage}</dt>
              <dd>{persistent ? texts.about.persistent : texts.about.notPersistent}</dd>
            </div>
          )}
        </dl>
        <p className="hint">{texts.about.deviceHint}</p>
        <button type="button" onClick={() => copy(deviceId, 3600)}>
          {state === 'copied' ? texts.token.copied : texts.about.copyDevice}
        </button>
      </section>
      <section className="card">
        <h2>{texts.move.title}</h2>
        <p>{texts.move.intro}</p>
        <button type="button" onClick={() => screens.go({ name: 'move' })}>
          {texts.move.title} …
        </button>
      </section>
      <section className="card">
        <h2>{texts.erase.title}</h2>
        <p>{texts.erase.text}</p>
        <button type="button" className="danger" onClick={() => setErasing(true)}>
          {texts.erase.button}
        </button>
      </section>
      {erasing && (
        <Confirm
          title={texts.erase.confirmTitle}
          text={texts.erase.text}
          label={texts.erase.confirmLabel(texts.erase.word)}
          word={texts.erase.word}
          action={texts.erase.button}
          onCancel={() => setErasing(false)}
          onConfirm={() => {
            setErasing(false);
            vault.close();
            database.close();
            void eraseEverything().then(() => {
              screens.home();
              reopen();
            });
          }}
        />
      )}
    </ScreenFrame>
  );
}
