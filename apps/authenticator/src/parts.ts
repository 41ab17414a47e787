/** What every screen over open tokens is given, and how things are called here. */
import manifest from '../package.json' with { type: 'json' };
import type { Screens } from './screens.ts';
import type { Database, Token } from './vault/database.ts';
import type { Vault } from './vault/vault.ts';

export type Parts = {
  readonly vault: Vault;
  readonly database: Database;
  readonly tokens: readonly Token[];
  readonly screens: Screens;
  /** Takes a link, a QR code's text or an address from anywhere. */
  readonly take: (text: string) => void;
  /** Starts over: locks, if there is a lock. */
  readonly reopen: () => void;
};

/** What a token is called here. */
export function nameOf({ nickname, userId, serial }: Token): string {
  return nickname || userId || serial;
}

export const hostOf = (server: string): string => URL.parse(server)?.host ?? server;

/** What this build calls itself, here and towards servers. */
export const VERSION: string = manifest.version;
