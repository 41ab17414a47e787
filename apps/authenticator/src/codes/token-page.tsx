/** One token: its code, large; the PIN where it goes into the code; what else is known of it; at first, the number to compare. */
import { addPin } from '@sower/otp/pin';
import { useState } from 'react';
import { ArrivedCard } from '../import/arrived-card.tsx';
import { hostOf, nameOf, type Parts } from '../parts.ts';
import type { Arrived } from '../screens.ts';
import { useLook, useTexts } from '../texts/use-texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Fact, Field, Form } from '../ui/field.tsx';
import { Icon, Message, ScreenFrame } from '../ui/screen.tsx';
import { useCopy } from '../ui/use-copy.ts';
import type { Token } from '../vault/database.ts';
import { storageFault } from '../vault/storage.ts';
import type { Vault } from '../vault/vault.ts';
import { useClockHint, useNow } from './clock.ts';
import { CodeDigits, Ring, useCodes } from './code.tsx';

/** A day without a time is the same one everywhere. */
const dayIn = (language: string, day: string): string =>
  new Date(day).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' });

export function TokenPage({
  vault,
  database,
  tokens,
  token,
  screens,
  arrived,
}: Parts & { token: Token; arrived?: Arrived | undefined }) {
  const { t, language } = useLook();
  const hint = useClockHint(database, tokens);
  /** Of a PINPad token: undefined until it is typed, empty for "without". It lives as long as this screen. */
  const [pin, setPin] = useState<string>();
  const today = new Date().toISOString().slice(0, 10);
  const asksPin = token.addPin && pin === undefined;
  return (
    <ScreenFrame title={nameOf(token)} back={arrived ? screens.home : screens.back}>
      {arrived && <ArrivedCard vault={vault} screens={screens} serial={token.serial} arrived={arrived} />}
      {token.expiresOn !== undefined && today > token.expiresOn && (
        <Message kind="warning" text={t('token.expired', { day: dayIn(language, token.expiresOn) })} />
      )}
      {hint && <Message kind="warning" text={hint} />}
      {asksPin ? (
        <AskPin onPin={setPin} />
      ) : token.algorithm === 'hotp' ? (
        <CounterCode vault={vault} token={token} pin={pin} />
      ) : (
        <TimeCode vault={vault} token={token} pin={pin} />
      )}
      {token.addPin && !asksPin && (
        <button type="button" className="plain" onClick={() => setPin(undefined)}>
          {t('token.withPin')}
        </button>
      )}
      {!token.addPin && <p className="hint">{t('token.fobHint')}</p>}
      <Details vault={vault} token={token} screens={screens} />
    </ScreenFrame>
  );
}

function AskPin({ onPin }: { onPin: (pin: string) => void }) {
  const t = useTexts();
  const [pin, setPin] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <Form
      className="card"
      onSubmit={() => {
        if (/^\d{4,8}$/.test(pin)) onPin(pin);
        else setWrong(true);
      }}
    >
      <Field
        label={t('token.pin')}
        hint={t('token.pinPad')}
        error={wrong ? t('token.pinInvalid') : undefined}
        type="password"
        inputMode="numeric"
        value={pin}
        onValue={(value) => {
          setPin(value);
          setWrong(false);
        }}
      />
      <button type="submit" className="primary">
        {t('token.showPasscode')}
      </button>
      <button type="button" className="plain" onClick={() => onPin('')}>
        {t('token.withoutPin')}
      </button>
    </Form>
  );
}

const shownCode = (code: string, pin: string | undefined): string => addPin(code, pin ?? '') ?? code;

function TimeCode({ vault, token, pin }: { vault: Vault; token: Token; pin: string | undefined }) {
  const t = useTexts();
  const now = useNow();
  const codes = useCodes(vault, token, now);
  const left = token.interval - (Math.floor(now / 1000) % token.interval);
  return (
    <section className="card" aria-label={pin ? t('token.passcode') : t('token.tokencode')}>
      <p className="kind">{pin ? t('token.passcode') : t('token.tokencode')}</p>
      <div className="big">
        {codes && <CodeDigits code={shownCode(codes.now, pin)} />}
        <Ring left={left} of={token.interval} label={t('token.remaining', { count: left })} />
      </div>
      {codes && (
        <>
          <CopyButton text={shownCode(codes.now, pin)} forSeconds={left} />
          <p className="next">
            {t('token.next')}: <CodeDigits code={shownCode(codes.next, pin)} quiet />
          </p>
        </>
      )}
    </section>
  );
}

function CounterCode({ vault, token, pin }: { vault: Vault; token: Token; pin: string | undefined }) {
  const t = useTexts();
  const [code, setCode] = useState<string>();
  const [failed, setFailed] = useState(false);
  const take = (): void => {
    setCode(undefined);
    vault.takeCode(token).then(setCode, () => setFailed(true));
  };
  return (
    <section className="card" aria-label={pin ? t('token.passcode') : t('token.tokencode')}>
      <p className="kind">{pin ? t('token.passcode') : t('token.tokencode')}</p>
      <div className="big" aria-live="polite">
        {code !== undefined && <CodeDigits code={shownCode(code, pin)} />}
      </div>
      {failed && <Message kind="danger" text={t('opening.fault.gone.text')} />}
      {code !== undefined && <CopyButton text={shownCode(code, pin)} forSeconds={60} />}
      <button type="button" className={code === undefined ? 'primary' : ''} onClick={take}>
        {t('token.takeNext')}
      </button>
      <p className="hint">{t('token.counterHint')}</p>
    </section>
  );
}

function CopyButton({ text, forSeconds }: { text: string; forSeconds: number }) {
  const t = useTexts();
  const { state, copy } = useCopy();
  return (
    <>
      <button type="button" className="primary" onClick={() => copy(text, forSeconds)}>
        <Icon name="copy" /> {t(state === 'copied' ? 'token.copied' : 'token.copy')}
      </button>
      {state === 'refused' && <Message kind="warning" text={t('token.notCopied')} />}
    </>
  );
}

function Details({ vault, token, screens }: Pick<Parts, 'vault' | 'screens'> & { token: Token }) {
  const { t, language } = useLook();
  const [nickname, setNickname] = useState(token.nickname);
  const [saved, setSaved] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [removing, setRemoving] = useState(false);
  const [unremoved, setUnremoved] = useState<string>();
  const facts: [string, string | undefined][] = [
    [t('token.serial'), token.serial],
    [t('token.user'), token.userId],
    [t('token.server'), hostOf(token.server)],
    [t('token.kind'), { securid: 'SecurID', totp: 'TOTP', hotp: 'HOTP' }[token.algorithm]],
    [
      t('token.tokencode'),
      token.algorithm === 'hotp'
        ? t('token.digits', { count: token.digits })
        : t('token.digitsEvery', { digits: token.digits, seconds: token.interval }),
    ],
    [t('token.expires'), token.expiresOn && dayIn(language, token.expiresOn)],
    [
      t('token.imported'),
      new Date(token.importedAt).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }),
    ],
  ];
  return (
    <details>
      <summary>{t('token.details')}</summary>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ),
        )}
      </dl>
      <Form
        onSubmit={() => {
          setProblem(undefined);
          vault.rename(token.serial, nickname.trim()).then(
            () => setSaved(true),
            (error: unknown) => setProblem(t(`opening.fault.${storageFault(error)}.text`)),
          );
        }}
      >
        <Field
          label={t('token.nickname')}
          value={nickname}
          maxLength={60}
          onValue={(value) => {
            setNickname(value);
            setSaved(false);
          }}
        />
        <button type="submit">{t('token.nicknameSave')}</button>
        {saved && <Message kind="success" text={t('token.nicknameSaved')} />}
        {problem && <Message kind="danger" text={problem} />}
      </Form>
      <div className="buttons">
        <button type="button" onClick={() => screens.go({ name: 'move', serial: token.serial })}>
          {t('move.fromToken')}
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            setUnremoved(undefined);
            setRemoving(true);
          }}
        >
          {t('token.remove')}
        </button>
      </div>
      {unremoved && <Message kind="danger" text={unremoved} />}
      {removing && (
        <Confirm
          title={t('token.removeTitle', { serial: token.serial })}
          text={t('token.removeText')}
          label={t('token.removeConfirm', { serial: token.serial })}
          word={token.serial.slice(-4)}
          action={t('token.remove')}
          onCancel={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            vault
              .remove(token.serial)
              .then(screens.home, (error: unknown) =>
                setUnremoved(t(`opening.fault.${storageFault(error)}.text`)),
              );
          }}
        />
      )}
    </details>
  );
}
