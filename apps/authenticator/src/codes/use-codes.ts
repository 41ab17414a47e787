/** The present and the next code of a token by time, computed when the interval changes. */
import { intervalAt } from '@sower/otp/totp';
import { useEffect, useState } from 'react';
import type { Token } from '../vault/database.ts';
import { codeAt } from '../vault/seed-key.ts';
import type { Vault } from '../vault/vault.ts';

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
