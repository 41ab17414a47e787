/**
 * Which server will be contacted, what will be sent and stored, and then the exchange. Nothing leaves the device before the button is
 * pressed, and before an activation code is used, the app tests that it can store something.
 */
import { inGroupsOfFour } from '@sower/bytes/groups';
import { type Invitation, isActivationCode } from '@sower/ctkip/authenticator/invitation';
import { useEffect, useRef, useState } from 'react';
import { hostOf, nameOf, type Parts } from '../parts.ts';
import { type AppMessage, useTexts } from '../texts/use-texts.ts';
import { Fact, Field, Form } from '../ui/field.tsx';
import { Message, ScreenFrame } from '../ui/screen.tsx';
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
      readonly title?: AppMessage;
      readonly message: AppMessage;
      readonly next?: AppMessage | undefined;
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
  typedCode = '',
}: Parts & { invitation: Invitation; typedCode?: string | undefined }) {
  const t = useTexts();
  const { url } = invitation;
  const [code, setCode] = useState(typedCode);
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
      return setState({
        kind: 'said',
        grave: true,
        title: { code: `opening.fault.${fault}.title` },
        message: { code: `opening.fault.${fault}.text` },
      });
    }
    void askToPersist();
    const ended = await exchange({
      invitation,
      activationCode,
      deviceId: deviceId ?? (await vault.deviceId()),
      about: t('about.path'),
      signal: controller.signal,
      report: (step) => setState({ kind: 'working', step }),
      mayTake: async (serial) =>
        mayReplace || !(await vault.tokens()).some((token) => token.serial === serial),
    });
    switch (ended.kind) {
      case 'stopped':
        return setState({ kind: 'said', grave: false, message: { code: 'review.stopped' } });
      case 'here-already':
        return setState({ kind: 'here', serial: ended.serial });
      case 'finding': {
        const { message, next, kind } = ended.finding;
        const title = { code: kind === 'mac' ? 'review.macTitle' : 'review.failedTitle' } as const;
        return setState({ kind: 'said', grave: true, title, message, next });
      }
      case 'token': {
        const token = await vault.prepare(
          {
            ...ended.token,
            server: url.href,
            importedAt: new Date().toISOString(),
            nickname: invitation.nickname ?? '',
          },
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
        return screens.replace({
          ...{ name: 'token', serial: token.serial },
          arrived: { replaced: stored.replaced, comparison },
        });
      }
      setState({
        kind: 'said',
        grave: false,
        message: { code: 'importing.keptOld.message', values: { serial: token.serial } },
        next: { code: 'importing.keptOld.next' },
      });
    } catch {
      setState({ kind: 'unstored', token, replace: mayReplace, comparison });
    }
  }

  const working = state.kind === 'working';
  return (
    <ScreenFrame title={t('review.title')} back={working ? undefined : screens.back}>
      <dl className="card">
        <Fact name={t('review.server')} className="host">
          {url.host}
        </Fact>
        <Fact name={t('review.address')} className="address">
          {url.href}
        </Fact>
        <Fact name={t('review.certificate')}>{t('review.certificateText', { host: url.hostname })}</Fact>
        <Fact name={t('review.sent')}>
          {t('review.sentText', { device: inGroupsOfFour(deviceId ?? '') })}
        </Fact>
        <Fact name={t('review.stored')}>
          {t(vault.lock ? 'review.storedSealedText' : 'review.storedText')}
        </Fact>
      </dl>
      {state.kind === 'said' && (
        <Message
          kind={state.grave ? 'danger' : 'warning'}
          {...(state.title === undefined ? {} : { title: t(state.title) })}
          text={t(state.message)}
          next={state.next && t(state.next)}
        />
      )}
      {state.kind === 'here' && (
        <Message
          kind="warning"
          text={t('importing.alreadyHere', { serial: state.serial })}
          next={t('review.here')}
        >
          <button type="button" className="primary" onClick={() => void run(true)}>
            {t('review.replaceButton')}
          </button>
        </Message>
      )}
      {state.kind === 'unstored' && (
        <Message kind="danger" text={t('review.storeFailed')}>
          <button
            type="button"
            className="primary"
            onClick={() => void store(state.token, state.replace, state.comparison)}
          >
            {t('review.storeAgain')}
          </button>
        </Message>
      )}
      {working && (
        <>
          <p role="status" className="working">
            {t('review.working', { host: url.host, step: state.step })}
          </p>
          <button type="button" onClick={() => stop.current?.abort()}>
            {t('review.stop')}
          </button>
        </>
      )}
      {(state.kind === 'asking' || state.kind === 'said') && (
        <Form onSubmit={() => void run(replace)}>
          {invitation.activationCode === undefined && (
            <Field
              label={t('import.code')}
              hint={t('import.codeHint')}
              error={codeWrong ? t('import.codeInvalid') : undefined}
              value={code}
              onValue={(value) => {
                setCode(value);
                setCodeWrong(false);
              }}
            />
          )}
          {ofServer.length > 0 && (
            <fieldset>
              <legend>{t('review.replaceTitle')}</legend>
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
                {t('review.replace')}
              </label>
              <p className="hint">{t('review.replaceHint')}</p>
            </fieldset>
          )}
          {tokens.length === 0 && !vault.lock && state.kind === 'asking' && (
            <p className="hint">
              {t('review.lockFirst')}{' '}
              <button type="button" className="plain" onClick={() => screens.go({ name: 'lock' })}>
                {t('welcome.lockButton')}
              </button>
            </p>
          )}
          {state.kind === 'asking' && <p className="quiet">{t('review.nothingSent')}</p>}
          <div className="buttons">
            <button type="submit" className="primary">
              {state.kind === 'asking' ? t('review.import') : t('tryAgain')}
            </button>
            <button type="button" onClick={screens.home}>
              {t('cancel')}
            </button>
          </div>
        </Form>
      )}
    </ScreenFrame>
  );
}
