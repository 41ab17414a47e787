/** Setting, changing and removing the lock. */
import { useState } from 'react';
import type { Parts } from '../parts.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Field, Form } from '../ui/field.tsx';
import { Message, ScreenFrame } from '../ui/screen.tsx';
import {
  ERASE_AFTER,
  isPin,
  type LockRequest,
  MIN_PIN,
  type Opener,
  openLock,
  passkeysPossible,
} from '../vault/lock.ts';
import { storageFault } from '../vault/storage.ts';
import type { Vault } from '../vault/vault.ts';

/** Which lock there is, if any. */
export const lockWords = (lock: Vault['lock']) =>
  lock === undefined ? 'lock.none' : lock.kind === 'pin' ? 'lock.isPin' : 'lock.isPasskey';

export function LockPage({ vault, database, tokens, screens, reopen }: Parts) {
  const t = useTexts();
  const { lock } = vault;
  const [opener, setOpener] = useState<Opener>();
  const [problem, setProblem] = useState<string>();
  const possible = lock !== undefined || tokens.length === 0;

  const failed = (error: unknown): void => setProblem(t(`opening.fault.${storageFault(error)}.text`));

  async function confirm(pin: string): Promise<void> {
    if (!lock) return;
    const opened = await openLock(database, lock, pin, Date.now());
    if (opened.ok) {
      setProblem(undefined);
      return setOpener(opened.opener);
    }
    // Here nothing is erased: anyone who has the tokens open could read the codes anyway. The count goes on at the lock itself.
    setProblem(
      opened.why === 'wait'
        ? t('unlock.wait', { count: opened.seconds })
        : opened.why === 'no-passkey'
          ? t('unlock.noPasskey')
          : t('unlock.wrong'),
    );
  }
  async function change(request: LockRequest): Promise<void> {
    const made = await vault.changeLock(request, opener);
    if (made === 'not-possible')
      return setProblem(request.kind === 'passkey' ? t('lock.failed') : t('lock.notPossible'));
    // The user has to open the new lock once immediately, while they remember the PIN.
    screens.back();
    reopen();
  }

  return (
    <ScreenFrame title={t('lock.title')} back={screens.back}>
      <p>{t(lockWords(lock))}</p>
      {lock?.kind === 'pin' && lock.eraseAfter !== undefined && (
        <p>{t('lock.eraseOn', { tries: lock.eraseAfter })}</p>
      )}
      {problem && <Message kind="danger" text={problem} />}
      {!possible && <Message kind="info" text={t('lock.tooLate')} />}
      {lock && !opener && <ConfirmLock kind={lock.kind} confirm={(pin) => void confirm(pin).catch(failed)} />}
      {possible && (!lock || opener) && (
        <>
          <p>{t('lock.text')}</p>
          {lock && <h2>{t('lock.changeTo')}</h2>}
          <NewPin onPin={(request) => void change(request).catch(failed)} />
          {passkeysPossible() && (
            <button type="button" onClick={() => void change({ kind: 'passkey' }).catch(failed)}>
              {t('lock.setPasskey')}
            </button>
          )}
          {lock && <p>{t(tokens.length === 0 ? 'lock.removeText' : 'lock.removeForGood')}</p>}
          {lock && (
            <button
              type="button"
              className="danger"
              onClick={() =>
                void vault.removeLock().then((removed) => {
                  if (!removed) return setProblem(t('lock.notPossible'));
                  screens.back();
                  reopen();
                }, failed)
              }
            >
              {t('lock.remove')}
            </button>
          )}
        </>
      )}
    </ScreenFrame>
  );
}

function ConfirmLock({ kind, confirm }: { kind: 'pin' | 'passkey'; confirm: (pin: string) => void }) {
  const t = useTexts();
  const [pin, setPin] = useState('');
  return (
    <Form
      className="card"
      onSubmit={() => {
        setPin('');
        confirm(pin);
      }}
    >
      <p>{t('lock.confirmFirst')}</p>
      {kind === 'pin' && (
        <Field label={t('lock.present')} type="password" inputMode="numeric" value={pin} onValue={setPin} />
      )}
      {/* Sent twice, it would be an empty PIN, which counts as a wrong one. */}
      <button type="submit" disabled={kind === 'pin' && pin === ''}>
        {kind === 'pin' ? t('import.go') : t('unlock.passkey')}
      </button>
    </Form>
  );
}

function NewPin({ onPin }: { onPin: (request: LockRequest) => void }) {
  const t = useTexts();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [erase, setErase] = useState(false);
  const [tried, setTried] = useState(false);
  const wrong = !isPin(pin);
  return (
    <Form
      className="card"
      onSubmit={() => {
        setTried(true);
        if (!wrong && pin === again) {
          onPin({ kind: 'pin', pin, eraseAfter: erase ? ERASE_AFTER : undefined });
        }
      }}
    >
      <Field
        label={t('lock.newPin')}
        hint={t('lock.pinRule')}
        error={tried && wrong ? t('lock.pinRule') : undefined}
        type="password"
        inputMode="numeric"
        minLength={MIN_PIN}
        value={pin}
        onValue={setPin}
      />
      <Field
        label={t('lock.pinAgain')}
        error={tried && !wrong && pin !== again ? t('lock.pinsDiffer') : undefined}
        type="password"
        inputMode="numeric"
        value={again}
        onValue={setAgain}
      />
      <label className="tick">
        <input type="checkbox" checked={erase} onChange={(event) => setErase(event.target.checked)} />
        {t('lock.erase')}
      </label>
      <p className="hint">{t('lock.pinWarning')}</p>
      <button type="submit">{t('lock.setPin')}</button>
    </Form>
  );
}
