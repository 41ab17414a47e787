/** A token as a file for other software. The result holds the seed. */
import { randomBytes } from 'node:crypto';
import { encodeCtf } from '@sower/otp/ctf';
import { writeSdtid } from '@sower/otp/sdtid-write';
import type { SecuridToken } from '@sower/otp/securid-token';
import { fail, type Result, success } from '../outcome.ts';
import { type NamesBelow, t } from '../texts.ts';
import type { TokenRecord } from './token-record.ts';

export type Carrier = 'sdtid' | 'ctf';

/** Carriers must name a last day; this stands for a token without one. */
const FAR_DAY = '2037-12-31';

export function exportToken(
  token: TokenRecord,
  carrier: Carrier,
  password: string | undefined,
): Result<string> {
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
