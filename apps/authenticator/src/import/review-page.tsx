/**
 * Who is about to be asked, what will be sent and stored, and then the exchange. Nothing leaves the device before the button is pressed,
 * and whether anything can be stored is tried before an activation code is spent.
 */
import { groupedDeviceId } from '@sower/ctkip/authenticator/device';
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { isActivationCode } from '@sower/ctkip/authenticator/invitation';
import { useEffect, useRef, useState } from 'react';
import { hostOf, nameOf, type Parts } from '../parts.ts';
import { useLook } from '../texts/use-texts.ts';
import { Field } from '../ui/field.tsx';
import { Message } from '../ui/message.tsx';
import { ScreenFrame } from '../ui/screen.tsx';
import { askToPersist, rehearse } from '../vault/storage.ts';
import type { PreparedToken } from '../vault/vault.ts';
import { exchange } from './exchange.ts';

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'working'; readonly step: number }
  | { readonly kind: 'here'; readonly serial: string }
  | {
      readonly kind: 'said';
      readonly grave: boolean;
      readonly title?: string;
      readonly message: string;
      readonly next?: string | undefined;
    }
  | {
      readonly kind: 'unstored';
      readonly token: PreparedToken;
      readonly replace: boolean;
      readonly comparison: string;
    };

export function ReviewPage({
  vault,
  database,
  tokens,
  screens,
  invitation,
}: Parts & { invitation: Invitation }) {
  const { texts, words } = useLook();
  const t = texts.review;
  const { url } = invitation;
  const [code, setCode] = useState('');
  const [codeWrong, setCodeWrong] = useState(false);
  const [replace, setReplace] = useState(false);
  const [deviceId, setDeviceId] = useState<string>();
  const [state, setState] = useState<State>({ kind: 'asking' });
  const stop = useRef<AbortController>(undefined);
  useEffect(() => {
    // What is wrong with the storage is said when the button is pressed.
    vault.deviceId().then(setDeviceId, () => {});
    return () => stop.current?.abort();
  }, [vault]);
  const ofServer =
    invitation.dialect === 'deployed' ? tokens.filter(({ server }) => hostOf(server) === url.host) : [];

  async function run(mayReplace: boolean): Promise<void> {
    const activationCode = invitation.activationCode ?? code;
    if (!isActivationCode(activationCode)) return setCodeWrong(true);
    const controller = new AbortController();
    stop.current = controller;
    setState({ kind: 'working', step: 1 });
    const fault = await rehearse(database);
    if (fault) {
      const { title, text } = texts.opening.fault[fault];
      return setState({ kind: 'said', grave: true, title, message: text });
    }
    void askToPersist();
    const ended = await exchange({
      invitation,
      activationCode,
      deviceId: deviceId ?? (await vault.deviceId()),
      words,
      about: texts.about.path,
      signal: controller.signal,
      report: (step) => setState({ kind: 'working', step }),
      mayTake: async (serial) =>
        mayReplace || !(await vault.tokens()).some((token) => token.serial === serial),
    });
    switch (ended.kind) {
      case 'stopped':
        return setState({ kind: 'said', grave: false, message: t.stopped });
      case 'here-already':
        return setState({ kind: 'here', serial: ended.serial });
      case 'finding': {
        const { message, next, kind } = ended.finding;
        const title = kind === 'mac' ? t.macTitle : t.failedTitle;
        return setState({ kind: 'said', grave: true, title, message, next });
      }
      case 'token': {
        const token = await vault.prepare(
          { ...ended.token, server: url.href, importedAt: new Date().toISOString() },
          ended.seed,
        );
        return store(token, mayReplace, ended.comparison);
      }
    }
  }

  async function store(token: PreparedToken, mayReplace: boolean, comparison: string): Promise<void> {
    try {
      const stored = await vault.store(token, mayReplace);
      if (stored.ok) {
        return screens.replace({ name: 'done', serial: token.serial, replaced: stored.replaced, comparison });
      }
      setState({ kind: 'said', grave: false, ...words.keptOld(token.serial) });
    } catch {
      setState({ kind: 'unstored', token, replace: mayReplace, comparison });
    }
  }

  const working = state.kind === 'working';
  return (
    <ScreenFrame title={t.title} back={working ? undefined : screens.back}>
      <dl className="card">
        <div>
          <dt>{t.server}</dt>
          <dd className="host">{url.host}</dd>
        </div>
        <div>
          <dt>{t.address}</dt>
          <dd className="address">{url.href}</dd>
        </div>
        <div>
          <dt>{t.certificate}</dt>
          <dd>{t.certificateText(url.hostname)}</dd>
        </div>
        <div>
          <dt>{t.sent}</dt>
          <dd>{t.sentText(groupedDeviceId(deviceId ?? ''))}</dd>
        </div>
        <div>
          <dt>{t.stored}</dt>
          <dd>{t.storedText(vault.lock?.kind ?? 'none')}</dd>
        </div>
      </dl>
      {state.kind === 'said' && (
        <Message
          kind={state.grave ? 'danger' : 'warning'}
          {...(state.title === undefined ? {} : { title: state.title })}
          text={state.message}
          next={state.next}
        />
      )}
      {state.kind === 'here' && (
        <Message kind="warning" text={words.hereAlready(state.serial)} next={t.here}>
          <button type="button" className="primary" onClick={() => void run(true)}>
            {t.replaceButton}
          </button>
        </Message>
      )}
      {state.kind === 'unstored' && (
        <Message kind="danger" text={t.storeFailed}>
          <button
            type="button"
            className="primary"
            onClick={() => void store(state.token, state.replace, state.comparison)}
          >
            {t.storeAgain}
          </button>
        </Message>
      )}
      {working && (
        <>
          <p role="status" className="working">
            {t.working(url.host, state.step)}
          </p>
          <button type="button" onClick={() => stop.current?.abort()}>
            {t.stop}
          </button>
        </>
      )}
      {(state.kind === 'asking' || state.kind === 'said') && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run(replace);
          }}
        >
          {invitation.activationCode === undefined && (
            <Field
              label={texts.import.code}
              hint={texts.import.codeHint}
              error={codeWrong ? texts.import.codeInvalid : undefined}
              value={code}
              onValue={(value) => {
                setCode(value);
                setCodeWrong(false);
              }}
            />
          )}
          {ofServer.length > 0 && (
            <fieldset>
              <legend>{t.replaceTitle}</legend>
              <ul>
                {ofServer.map((token) => (
                  <li key={token.serial}>
                    {nameOf(token)} ({token.serial})
                  </li>
                ))}
              </ul>
              <label className="tick">
                <input
                  type="checkbox"
                  checked={replace}
                  onChange={(event) => setReplace(event.target.checked)}
                />
                {t.replace}
              </label>
              <p className="hint">{t.replaceHint}</p>
            </fieldset>
          )}
          {tokens.length === 0 && !vault.lock && state.kind === 'asking' && (
            <p className="hint">
              {t.lockFirst}{' '}
              <button type="button" className="plain" onClick={() => screens.go({ name: 'lock' })}>
                {texts.welcome.lockButton}
              </button>
            </p>
          )}
          {state.kind === 'asking' && <p className="quiet">{t.nothingSent}</p>}
          <div className="buttons">
            <button type="submit" className="primary">
              {state.kind === 'asking' ? t.import : texts.tryAgain}
            </button>
            <button type="button" onClick={screens.home}>
              {texts.cancel}
            </button>
          </div>
        </form>
      )}
    </ScreenFrame>
  );
}
