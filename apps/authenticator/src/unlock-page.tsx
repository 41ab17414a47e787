/** The page before the tokens if there is a lock. */
import { useState } from 'react';
import type { Opened } from './opening.ts';
import { useTexts } from './texts/use-texts.ts';
import { EraseButton } from './ui/confirm.tsx';
import { Field, Form } from './ui/field.tsx';
import { Message, ScreenFrame } from './ui/screen.tsx';
import { openLock, type Opened as Unlocked } from './vault/lock.ts';
import { storageFault } from './vault/storage.ts';
import { eraseEverything } from './vault/vault.ts';

export function UnlockPage({ opening }: { opening: Opened & { kind: 'locked' } }) {
  const t = useTexts();
  const { database, lock, unlock, reopen } = opening;
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function erase(): Promise<void> {
    database.close();
    await eraseEverything();
    reopen();
  }

  async function open(): Promise<void> {
    setBusy(true);
    let opened: Unlocked;
    try {
      opened = await openLock(database, lock, pin, Date.now());
    } catch (error) {
      // A PIN is not tried if the attempt cannot be counted.
      return setProblem(t(`opening.fault.${storageFault(error)}.text`));
    } finally {
      setBusy(false);
    }
    setPin('');
    if (opened.ok) return unlock(opened.vaultKey);
    if (opened.why === 'erase') {
      await erase();
      return;
    }
    setProblem(
      opened.why === 'wait'
        ? t('unlock.wait', { count: opened.seconds })
        : opened.why === 'wrong-pin'
          ? opened.left === undefined
            ? t('unlock.wrong')
            : t('unlock.wrongLeft', { count: opened.left })
          : t('unlock.noPasskey'),
    );
  }

  return (
    <ScreenFrame title={t('unlock.title')}>
      <Form className="card" onSubmit={() => void open()}>
        {problem && <Message kind="danger" text={problem} />}
        {lock.kind === 'pin' && (
          <Field label={t('unlock.pin')} type="password" inputMode="numeric" value={pin} onValue={setPin} />
        )}
        <button type="submit" className="primary" disabled={busy || (lock.kind === 'pin' && pin === '')}>
          {lock.kind === 'pin' ? t('unlock.unlock') : t('unlock.passkey')}
        </button>
      </Form>
      <details>
        <summary>{t('unlock.forgotten')}</summary>
        <p>{t('unlock.forgottenText')}</p>
        <EraseButton onErase={() => void erase()} />
      </details>
    </ScreenFrame>
  );
}
