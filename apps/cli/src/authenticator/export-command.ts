/** `sower authenticator export`: a token with its seed, on standard output or in a new file. */
import { type Call, localCommand } from '../command.ts';
import { makeFile } from '../files.ts';
import type { Outcome } from '../outcome.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';
import { type Carrier, exportToken } from './export.ts';
import { openToRead, STORE_OPTIONS } from './opening.ts';
import { chooseToken } from './token-code.ts';
import type { StoreOptions } from './unlock.ts';

type ExportOptions = StoreOptions & { to: Carrier; out?: string; password?: boolean };

export const EXPORT = localCommand<ExportOptions>({
  usage: 'export <serial>',
  summary: 'authenticator.export.summary',
  options: [
    ...STORE_OPTIONS,
    ['--to <format>', 'authenticator.export.to', { choices: ['sdtid', 'ctf'], required: true }],
    ['--out <file>', 'authenticator.export.out'],
    ['--password', 'authenticator.export.password'],
  ],
  run: exportCommand,
});

async function exportCommand(call: Call<ExportOptions>): Promise<Outcome> {
  const { options, terminal } = call;
  const store = await openToRead(call);
  if (!store.ok) return store;
  const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, call.args[0]);
  if (!token.ok) return token;
  const password = options.password === true ? await readSecret(terminal, 'password') : undefined;
  if (password !== undefined && !password.ok) return password;
  const written = exportToken(token.value, options.to, password?.value);
  if (!written.ok) return written;
  const named = { serial: token.value.serial, format: options.to };
  if (options.out === undefined) {
    return {
      ok: true,
      json: { ...named, content: written.value },
      text: written.value.trimEnd(),
      notes: [t('authenticator.export.warning')],
    };
  }
  const file = options.out;
  const save = async (append: (text: string) => void): Promise<Outcome> => {
    append(written.value);
    return {
      ok: true,
      json: { ...named, file },
      text: t('authenticator.export.done', { serial: named.serial, file }),
      notes: [t('authenticator.export.warning')],
    };
  };
  return makeFile(file, save, 'unwritable-file');
}
