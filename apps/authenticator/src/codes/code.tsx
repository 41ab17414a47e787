/** A code as it is shown: computed, in groups, and how long it is valid. */
import { intervalAt } from '@sower/otp/totp';
import { useEffect, useState } from 'react';
import type { Token } from '../vault/database.ts';
import { codeAt } from '../vault/seed-key.ts';
import type { Vault } from '../vault/vault.ts';

/** How much is left of an interval, as a ring. It moves once a second; people who want no motion see it jump. */
const RADIUS = 15.5;
const ROUND = 2 * Math.PI * RADIUS;

export function Ring({ left, of, label }: { left: number; of: number; label: string }) {
  const spent = 1 - left / of;
  return (
    <span className={left <= 5 ? 'ring ending' : 'ring'} role="timer" aria-label={label}>
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle className="track" cx="18" cy="18" r={RADIUS} />
        <circle
          className="left"
          cx="18"
          cy="18"
          r={RADIUS}
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * spent}
        />
      </svg>
      <span aria-hidden="true">{left}</span>
    </span>
  );
}

/** A code in groups for the eye, and digit by digit for the ear. */
export function CodeDigits({ code, quiet = false }: { code: string; quiet?: boolean }) {
  const half = code.length === 7 ? 4 : Math.ceil(code.length / 2);
  const groups = [code.slice(0, half), code.slice(half)];
  return (
    <span className={quiet ? 'code quiet' : 'code'}>
      <span aria-hidden="true">
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two, in their order
          <span key={index} className="group">
            {group}
          </span>
        ))}
      </span>
      <span className="unseen" data-code={code}>
        {[...code].join(' ')}
      </span>
    </span>
  );
}

/** The present and the next code of a token by time, computed when the interval changes. */
export type Codes = { readonly interval: number; readonly now: string; readonly next: string };

/** Undefined until it is computed; never the code of an interval that is over. */
export function useCodes(vault: Vault, token: Token, now: number): Codes | undefined {
  const [codes, setCodes] = useState<Codes>();
  const seconds = now / 1000;
  const interval = intervalAt(seconds, token.interval);
  useEffect(() => {
    let wanted = true;
    void (async () => {
      const key = await vault.keyOf(token);
      const at = interval * token.interval;
      const made = { interval, now: await codeAt(token, key, at), next: await codeAt(token, key, at, 1) };
      if (wanted) setCodes(made);
    })();
    return () => {
      wanted = false;
    };
  }, [vault, token, interval]);
  return codes?.interval === interval ? codes : undefined;
}
