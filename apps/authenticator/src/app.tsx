/** The app: look, opening, and the screen that is shown. */
import { explainDefect } from '@sower/ctkip/authenticator/explain';
import { type InvitationResult, readInvitation } from '@sower/ctkip/authenticator/invitation';
import { Fragment, useCallback, useEffect, useMemo, useState } from 'react';
import { ListPage } from './codes/list-page.tsx';
import { TokenPage } from './codes/token-page.tsx';
import { AddPage } from './import/add-page.tsx';
import { type Arrival, pictureText, takeArrival } from './import/arrival.ts';
import { DroppedPage } from './import/arrived-card.tsx';
import { ReviewPage } from './import/review-page.tsx';
import { ScanPage } from './import/scan-page.tsx';
import { useNewVersion } from './offline/app.ts';
import { type Opened, useOpening } from './opening.ts';
import { type Screen, type Screens, useScreens } from './screens.ts';
import { LockPage } from './settings/lock-page.tsx';
import { MovePage } from './settings/move-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import {
  keepLook,
  keptLook,
  type Look,
  LookContext,
  showLook,
  textsIn,
  useLook,
  useTexts,
} from './texts/use-texts.ts';
import { LockContext, Message, ScreenFrame } from './ui/screen.tsx';
import { UnlockPage } from './unlock-page.tsx';
import type { Token } from './vault/database.ts';
import { markTokens } from './vault/storage.ts';
import type { Vault } from './vault/vault.ts';

export function App() {
  const [chosen, setChosen] = useState(keptLook);
  useEffect(() => showLook(chosen), [chosen]);
  const look = useMemo<Look>(
    () => ({
      ...chosen,
      t: textsIn(chosen.language),
      choose(change) {
        const next = { ...chosen, ...change };
        keepLook(next);
        setChosen(next);
      },
    }),
    [chosen],
  );
  return (
    <LookContext value={look}>
      <NewVersion />
      <Opener />
    </LookContext>
  );
}

function NewVersion() {
  const t = useTexts();
  const useIt = useNewVersion();
  if (!useIt) return null;
  return (
    <div className="update" role="status">
      <span>{t('update.text')}</span>
      <button type="button" onClick={useIt}>
        {t('update.button')}
      </button>
    </div>
  );
}

function Opener() {
  const { t } = useLook();
  const opening = useOpening();
  const screens = useScreens();
  const { go } = screens;

  /** A text from anywhere becomes the question whether to import, or says what is wrong with it. */
  const take = useCallback(
    (text: string) => {
      const read: InvitationResult = readInvitation(text);
      go(
        read.ok
          ? { name: 'review', invitation: read.invitation }
          : { name: 'add', text, problem: explainDefect(read.defect, read.host) },
      );
    },
    [go],
  );
  const arrive = useCallback(
    async (arrival: Arrival) => {
      if (arrival.kind === 'text') return take(arrival.text);
      const found = await pictureText(arrival.image);
      if (found.ok) take(found.text);
      else go({ name: 'add', problem: found.problem });
    },
    [take, go],
  );
  useEffect(() => {
    const look = (): void => {
      void takeArrival().then((arrival) => arrival && arrive(arrival));
    };
    look();
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, [arrive]);

  switch (opening.kind) {
    case 'opening':
      return (
        <ScreenFrame title={t('name')}>
          <p className="quiet">{t('opening.opening')}</p>
        </ScreenFrame>
      );
    case 'fault': {
      return (
        <ScreenFrame title={t('name')}>
          <Message
            kind="danger"
            title={t(`opening.fault.${opening.fault}.title`)}
            text={t(`opening.fault.${opening.fault}.text`)}
          >
            <button type="button" onClick={opening.reopen}>
              {t('tryAgain')}
            </button>
          </Message>
        </ScreenFrame>
      );
    }
    case 'lost':
      return (
        <ScreenFrame title={t('name')}>
          <Message kind="danger" title={t('opening.lost.title')} text={t('opening.lost.text')}>
            <button
              type="button"
              onClick={() => {
                markTokens(false);
                // What was shown may have been of a token that is gone.
                screens.home();
                opening.reopen();
              }}
            >
              {t('opening.lost.ok')}
            </button>
          </Message>
        </ScreenFrame>
      );
    case 'locked':
      return <UnlockPage opening={opening} />;
    case 'open':
      return <Shown opening={opening} screens={screens} take={take} />;
  }
}

function Shown(props: {
  opening: Opened & { kind: 'open' };
  screens: Screens;
  take: (text: string) => void;
}) {
  const { opening, screens, take } = props;
  const { vault, database, reopen } = opening;
  const { screen } = screens;
  const tokens = useTokens(vault);
  if (!tokens) return null;
  const parts = { vault, database, tokens, screens, take, reopen };
  const lock = (): void => {
    screens.home();
    reopen();
  };
  return (
    <LockContext value={vault.lock && lock}>
      {/* A second link begins with nothing that the first one has left. */}
      <Fragment key={screens.depth}>{screenOf(screen)}</Fragment>
    </LockContext>
  );

  function screenOf(shown: Screen) {
    switch (shown.name) {
      case 'list':
        return <ListPage {...parts} />;
      case 'token': {
        const token = tokens?.find(({ serial }) => serial === shown.serial);
        return token ? (
          <TokenPage {...parts} key={token.serial} token={token} arrived={shown.arrived} />
        ) : (
          <ListPage {...parts} />
        );
      }
      case 'add':
        return <AddPage {...parts} text={shown.text} problem={shown.problem} />;
      case 'scan':
        return <ScanPage {...parts} />;
      case 'review':
        return <ReviewPage {...parts} invitation={shown.invitation} typedCode={shown.typedCode} />;
      case 'dropped':
        return <DroppedPage {...parts} serial={shown.serial} />;
      case 'settings':
        return <SettingsPage {...parts} />;
      case 'lock':
        return <LockPage {...parts} />;
      case 'move':
        return <MovePage {...parts} serial={shown.serial} />;
    }
  }
}

/** The tokens, read again whenever this or another tab has changed them. */
function useTokens(vault: Vault): readonly Token[] | undefined {
  const [tokens, setTokens] = useState<readonly Token[]>();
  useEffect(() => {
    let shown = true;
    const read = async (): Promise<void> => {
      const present = await vault.tokens();
      markTokens(present.length > 0);
      if (shown) setTokens(present);
    };
    const readOrLeave = (): void => void read().catch(() => {});
    readOrLeave();
    const stop = vault.onChange(readOrLeave);
    return () => {
      shown = false;
      stop();
    };
  }, [vault]);
  return tokens;
}
