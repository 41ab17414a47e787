/** `sower authenticator export`: a token with its seed, on standard output or in a new file. */

import { randomBytes } from 'node:crypto';
import { encodeCtf } from '@sower/otp/ctf';
import { writeSdtid } from '@sower/otp/sdtid-write';
import type { SecuridToken } from '@sower/otp/securid-token';
import { type Call, localCommand } from '../command.ts';
import { makeFile } from '../files.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { readSecret } from '../terminal/prompt.ts';
import { type NamesBelow, t } from '../texts.ts';
import { openToRead, STORE_OPTIONS } from './opening.ts';
import { chooseToken } from './token-code.ts';
import type { TokenRecord } from './token-record.ts';
import type { StoreOptions } from './unlock.ts';

/** A token as a file for other software. The result holds the seed. */
type Carrier = 'sdtid' | 'ctf';

/** Carriers must name a last day; this stands for a token without one. */
const FAR_DAY = '2037-12-31';

function exportToken(token: TokenRecord, carrier: Carrier, password: string | undefined): Result<string> {
  if (token.algorithm !== 'securid') {
    return fail(
      'refused',
      'not-exportable',
      t('authenticator.export.securidOnly', {
        serial: token.serial,
        algorithm: token.algorithm,
        format: carrier,
      }),
    );
  }
  const securid: SecuridToken = {
    serial: token.serial,
    seed: Buffer.from(token.seed, 'base64'),
    digits: token.digits as 6 | 7 | 8,
    intervalSeconds: token.interval as 30 | 60,
    addPin: token.addPin,
    localPin: false,
    expiryDay: token.expiresOn ?? FAR_DAY,
  };
  const keys = password === undefined ? {} : { password };
  if (carrier === 'ctf') {
    const written = encodeCtf(securid, 'plain', keys);
    return written.ok ? success(`${written.digits}\n`) : refused(token, written.reason);
  }
  const written = writeSdtid({
    secret: randomBytes(16),
    ...keys,
    tokens: [
      {
        ...securid,
        birthDay: token.importedAt.slice(0, 10),
        userFirstName: '',
        userLastName: '',
        userLogin: token.userId ?? '',
        deviceSerialNumber: '',
        nickname: '',
      },
    ],
  });
  return written.ok ? success(written.xml) : refused(token, written.reason);
}

type Reason = NamesBelow<'authenticator.export.why'>;

function refused({ serial }: TokenRecord, reason: Reason) {
  const why = t(`authenticator.export.why.${reason}`);
  const next = reason === 'unusable-password' ? { next: t('authenticator.export.asciiPassword') } : {};
  return fail('refused', reason, t('authenticator.export.refused', { serial, why }), next);
}

type ExportOptions = StoreOptions & { to: Carrier; out?: string; password?: boolean };

export const EXPORT = localCommand<ExportOptions>({
  usage: 'export <serial>',
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
