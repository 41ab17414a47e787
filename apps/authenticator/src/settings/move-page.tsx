/**
 * Moving to a new phone: this one shows that it agrees, and with it the Self-Service Console lets the new one agree on a seed of its own.
 * A seed is never copied. Nothing is sent from here.
 */
import { inGroupsOfFour } from '@sower/bytes/groups';
import { approvalLink, selfServiceOf } from '@sower/ctkip/authenticator/approval-link';
import { qrPath } from '@sower/look/qr-path';
import { APPROVAL_SECONDS } from '@sower/otp/approval';
import { intervalAt } from '@sower/otp/totp';
import { useEffect, useMemo, useState } from 'react';
import { useNow } from '../codes/clock.ts';
import { Ring } from '../codes/code.tsx';
import { nameOf, type Parts } from '../parts.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Fact } from '../ui/field.tsx';
import { Message, ScreenFrame } from '../ui/screen.tsx';
import type { Token } from '../vault/database.ts';
import { approvalOf } from '../vault/seed-key.ts';
import type { Vault } from '../vault/vault.ts';

const STEPS = ['choose', 'scan', 'follow', 'enter'] as const;

export function MovePage({ vault, tokens, screens, serial }: Parts & { serial?: string | undefined }) {
  const t = useTexts();
  // The only one is meant.
  const [chosen, setChosen] = useState(serial ?? (tokens.length === 1 ? tokens[0]?.serial : undefined));
  const token = tokens.find((each) => each.serial === chosen);
  return (
    <ScreenFrame title={t('move.title')} back={screens.back}>
      <p>{t('move.intro')}</p>
      {token ? (
        <Approval key={token.serial} vault={vault} token={token} hide={() => setChosen(undefined)} />
      ) : (
        tokens.length > 0 && (
          <section className="card">
            <h2>{t('move.which')}</h2>
            {tokens.map((each) => (
              <button key={each.serial} type="button" onClick={() => setChosen(each.serial)}>
                {t('move.show', { name: nameOf(each) })}
              </button>
            ))}
          </section>
        )
      )}
      <ol className="card steps">
        {STEPS.filter((step) => step !== 'choose' || !token).map((step) => (
          <li key={step}>{t(`move.steps.${step}`)}</li>
        ))}
      </ol>
    </ScreenFrame>
  );
}

function Approval({ vault, token, hide }: { vault: Vault; token: Token; hide: () => void }) {
  const t = useTexts();
  const now = useNow();
  const moment = intervalAt(now / 1000, APPROVAL_SECONDS);
  const [made, setMade] = useState<{ moment: number; code: string }>();
  useEffect(() => {
    let wanted = true;
    void vault
      .keyOf(token)
      .then((key) => approvalOf(token, key, moment))
      .then((code) => wanted && setMade({ moment, code }));
    return () => {
      wanted = false;
    };
  }, [vault, token, moment]);
  const code = made?.moment === moment ? made.code : undefined;
  const left = APPROVAL_SECONDS - (Math.floor(now / 1000) % APPROVAL_SECONDS);
  const address = selfServiceOf(token.server);
  return (
    <section className="card approval">
      <h2>{t('move.agreed', { name: nameOf(token) })}</h2>
      <Message kind="warning" text={t('move.careful')} />
      {code !== undefined && (
        <QrCode text={approvalLink(token.server, token.serial, code)} label={t('move.picture')} />
      )}
      <p className="kind">{t('move.number')}</p>
      <div className="big">
        <span className="code" data-approval={code}>
          {code && inGroupsOfFour(code)}
        </span>
        <Ring left={left} of={APPROVAL_SECONDS} label={t('token.remaining', { count: left })} />
      </div>
      <p className="hint">{t('move.numberHint')}</p>
      <dl>
        <Fact name={t('move.selfService')}>
          <a href={address} target="_blank" rel="noopener noreferrer">
            {address}
          </a>
        </Fact>
      </dl>
      <p className="hint">{t('move.selfServiceHint')}</p>
      <button type="button" onClick={hide}>
        {t('move.hide')}
      </button>
    </section>
  );
}

/** A text as a QR code, dark on white in either theme. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { path, side } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
