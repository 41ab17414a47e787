/** The options that name the store, and opening it for a command. */
import type { Call, OptionRow } from '../command.ts';
import { type Result, success } from '../outcome.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';
import { openStore, permissionWarning, type Store, storeExists } from './store.ts';
import { type StoreOptions, secretsFor, storePath } from './unlock.ts';

export const STORE_OPTIONS: readonly OptionRow[] = [
  ['--store <file>', 'authenticator.store.store'],
  ['--key-file <file>', 'authenticator.store.keyFile'],
  ['--passphrase', 'authenticator.store.passphrase'],
];

/** Opens the store, and creates it if there is none. */
export async function openToWrite(terminal: Terminal, options: StoreOptions): Promise<Result<Store>> {
  const path = storePath(terminal, options);
  const warning = permissionWarning(path);
  if (warning !== undefined) terminal.stderr.write(`${warning}\n`);
  return withProgress(terminal, { message: t('authenticator.store.opening') }, () =>
    openStore(path, secretsFor(terminal, options)),
  );
}

/** Opens the store, if there is one: reading creates nothing. */
export async function openToRead(call: Call<StoreOptions>): Promise<Result<Store | undefined>> {
  return storeExists(storePath(call.terminal, call.options))
    ? openToWrite(call.terminal, call.options)
    : success(undefined);
}
