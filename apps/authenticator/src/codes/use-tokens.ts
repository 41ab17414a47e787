/** The tokens, read again whenever this or another tab has changed them. */
import { useEffect, useState } from 'react';
import type { Token } from '../vault/database.ts';
import { markTokens } from '../vault/storage.ts';
import type { Vault } from '../vault/vault.ts';

export function useTokens(vault: Vault): readonly Token[] | undefined {
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
