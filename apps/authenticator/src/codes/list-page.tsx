/** All tokens with their codes; the first screen. */
import { useState } from 'react';
import { useInstall } from '../offline/app.ts';
import { hostOf, nameOf, type Parts } from '../parts.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Field } from '../ui/field.tsx';
import { Icon, IconButton, Message, ScreenFrame } from '../ui/screen.tsx';
import type { Token } from '../vault/database.ts';
import { storageFault } from '../vault/storage.ts';
import type { Vault } from '../vault/vault.ts';
import { useClockHint, useNow } from './clock.ts';
import { CodeDigits, Ring, useCodes } from './code.tsx';

/** With this many tokens or more, the list can be searched and arranged. */
const MANY = 4;

export function ListPage({ vault, database, tokens, screens }: Parts) {
  const t = useTexts();
  const [wanted, setWanted] = useState('');
  const [arranging, setArranging] = useState(false);
  const [problem, setProblem] = useState<string>();
  const hint = useClockHint(database, tokens);
  const now = useNow();
  const shown = tokens.filter((token) =>
    [token.nickname, token.userId ?? '', token.serial, hostOf(token.server)].some((text) =>
      text.toLowerCase().includes(wanted.trim().toLowerCase()),
    ),
  );
  return (
    <ScreenFrame
      title={tokens.length === 0 ? t('name') : t('codes')}
      actions={
        <>
          {tokens.length > 0 && (
            <IconButton icon="add" label={t('add')} onClick={() => screens.go({ name: 'add' })} />
          )}
          <IconButton
            icon="settings"
            label={t('settings')}
            onClick={() => screens.go({ name: 'settings' })}
          />
        </>
      }
    >
      {hint && <Message kind="warning" text={hint} />}
      {problem && <Message kind="danger" text={problem} />}
      {tokens.length === 0 ? (
        <Welcome hasLock={vault.lock !== undefined} go={screens.go} />
      ) : (
        <>
          {tokens.length >= MANY && (
            <Field label={t('list.search')} type="search" value={wanted} onValue={setWanted} />
          )}
          {shown.length === 0 && <p className="quiet">{t('list.nothingFound', { text: wanted })}</p>}
          <ul className="tokens">
            {shown.map((token) => (
              <li key={token.serial}>
                <TokenRow
                  vault={vault}
                  token={token}
                  now={now}
                  open={() => screens.go({ name: 'token', serial: token.serial })}
                />
                {arranging && (
                  <span className="arrange">
                    {([-1, 1] as const).map((by) => (
                      <IconButton
                        key={by}
                        icon={by < 0 ? 'up' : 'down'}
                        label={t(by < 0 ? 'list.up' : 'list.down', { name: nameOf(token) })}
                        disabled={token === (by < 0 ? tokens[0] : tokens.at(-1))}
                        onClick={() =>
                          vault.move(token.serial, by).then(
                            () => setProblem(undefined),
                            (error: unknown) => setProblem(t(`opening.fault.${storageFault(error)}.text`)),
                          )
                        }
                      />
                    ))}
                  </span>
                )}
              </li>
            ))}
          </ul>
          {tokens.length > 1 && wanted === '' && (
            <button type="button" className="plain" onClick={() => setArranging(!arranging)}>
              {arranging ? t('list.arrangeDone') : t('list.arrange')}
            </button>
          )}
        </>
      )}
    </ScreenFrame>
  );
}

function Welcome({ hasLock, go }: { hasLock: boolean; go: Parts['screens']['go'] }) {
  const t = useTexts();
  const install = useInstall();
  return (
    <section className="welcome">
      <h2>{t('welcome.title')}</h2>
      <p>{t('welcome.text')}</p>
      <button type="button" className="primary" onClick={() => go({ name: 'scan' })}>
        <Icon name="scan" /> {t('import.scan')}
      </button>
      <button type="button" onClick={() => go({ name: 'add' })}>
        {t('add')}
      </button>
      {!hasLock && (
        <>
          <p>{t('welcome.lock')}</p>
          <button type="button" onClick={() => go({ name: 'lock' })}>
            {t('welcome.lockButton')}
          </button>
        </>
      )}
      {install && (
        <>
          <p>{t('welcome.installText')}</p>
          <button type="button" onClick={install}>
            {t('welcome.install')}
          </button>
        </>
      )}
    </section>
  );
}

function TokenRow({
  vault,
  token,
  now,
  open,
}: {
  vault: Vault;
  token: Token;
  now: number;
  open: () => void;
}) {
  const t = useTexts();
  const host = hostOf(token.server);
  return (
    <button type="button" className="row" onClick={open}>
      <span className="unseen">{t('list.open', { name: nameOf(token) })}</span>
      <span className="who">
        <strong>{nameOf(token)}</strong>
        <span className="quiet">{host}</span>
      </span>
      {token.algorithm === 'hotp' || token.addPin ? (
        <span className="instead quiet">
          {t(token.addPin ? 'list.pinNeeded' : 'list.counter')} <Icon name="open" />
        </span>
      ) : (
        <RowCode vault={vault} token={token} now={now} />
      )}
    </button>
  );
}

function RowCode({ vault, token, now }: { vault: Vault; token: Token; now: number }) {
  const t = useTexts();
  const codes = useCodes(vault, token, now);
  const left = token.interval - (Math.floor(now / 1000) % token.interval);
  return (
    <span className="row-code">
      {codes ? <CodeDigits code={codes.now} /> : <span className="code" />}
      <Ring left={left} of={token.interval} label={t('token.remaining', { count: left })} />
    </span>
  );
}
