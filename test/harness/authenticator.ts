/** What an authenticator does, for scenarios: provisions over HTTPS and shows tokencodes. */
import { randomBytes } from 'node:crypto';
import type { ApiClient } from '@sower/api/client';
import type { DistributeResult } from '@sower/api/distributions';
import { DIALECTS, type DialectName } from '@sower/ctkip/dialect';
import { type HttpRequest, type HttpResponse, TRIGGER_PATH } from '@sower/ctkip/http';
import {
  type Provisioned,
  type ProvisionedToken,
  type ProvisionOptions,
  provision,
} from '@sower/ctkip/provision';
import { hotp } from '@sower/otp/hotp';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt, totp } from '@sower/otp/totp';
import type { Deployment } from './deployment.ts';
import { assertValidMessage } from './documents/message-schemas.ts';

export const SOWER_CLASS = '5b0ce5ec-1f5b-4c3b-9d2f-50e7c1a6f3d4';
export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export function sender(deployment: Deployment, server = 0): (request: HttpRequest) => Promise<HttpResponse> {
  return async ({ url, headers, body }) => {
    const { pathname } = new URL(url);
    if (!pathname.endsWith(TRIGGER_PATH)) assertValidMessage(body);
    const answer = await deployment.send(server, {
      method: 'POST',
      path: pathname,
      headers: { ...headers },
      body,
    });
    return { status: answer.status, body: answer.body };
  };
}

export function runExchange(
  deployment: Deployment,
  distributed: Pick<DistributeResult, 'ctkipUrl' | 'activationCode'>,
  options: Partial<ProvisionOptions> & { dialectName?: DialectName; server?: number } = {},
): Promise<Provisioned> {
  const { dialectName = distributed.ctkipUrl.endsWith('/ctkip') ? 'rfc4758' : 'deployed', server = 0 } =
    options;
  return provision({
    dialect: DIALECTS[dialectName],
    url:
      dialectName === 'rfc4758'
        ? distributed.ctkipUrl.replace('/services/CtkipService', '')
        : distributed.ctkipUrl,
    activationCode: distributed.activationCode,
    deviceId: 'A1B2C3D4E5F60718293A4B5C',
    deviceClass: SOWER_CLASS,
    client: { version: '1.0', manufacturer: 'Sower' },
    send: sender(deployment, server),
    random,
    ...options,
  });
}

export async function provisioned(...args: Parameters<typeof runExchange>): Promise<ProvisionedToken> {
  const result = await runExchange(...args);
  if (!result.ok) throw new Error(`${result.stage}: ${result.error} ${result.status ?? ''} ${result.detail}`);
  return result.token;
}

/**
 * Accepts tokencodes of three intervals before and after: one of the interval before is two away if an interval ends on its way, and a
 * machine that is busy takes its time.
 */
export async function acceptAround(api: ApiClient): Promise<void> {
  const { version } = await api('getSettings', {});
  await api('editSettings', { body: { 'verify.window': 3 }, ifMatch: version });
}

/** The tokencode now, or some intervals away. */
export function tokencode(token: ProvisionedToken, offset = 0): string {
  const { seed, serial, digits, interval: intervalSeconds, keyType } = token;
  const interval = intervalAt(Date.now() / 1000, intervalSeconds) + offset;
  if (keyType === 'securid-aes') {
    return securidTokencode({ seed, serial, interval, intervalSeconds: intervalSeconds as 30 | 60, digits });
  }
  return keyType.startsWith('totp')
    ? totp({ key: seed, interval, digits })
    : hotp({ key: seed, counter: offset, digits });
}
