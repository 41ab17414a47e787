/** One CT-KIP exchange over this program's HTTP, and what each outcome means to the user. The protocol is packages/ctkip's. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { explain as findingOf } from '@sower/ctkip/authenticator/explain';
import { keptToken } from '@sower/ctkip/authenticator/kept-token';
import { decodeTrigger } from '@sower/ctkip/decode';
import { DIALECTS, type DialectName } from '@sower/ctkip/dialect';
import { type HttpRequest, type HttpResponse, triggerRequest } from '@sower/ctkip/http';
import { normalizeActivationCode } from '@sower/ctkip/links';
import type { CtkipTrigger } from '@sower/ctkip/messages';
import { type ProvisionedToken, type ProvisionFailure, provision } from '@sower/ctkip/provision';
import manifest from '../../package.json' with { type: 'json' };
import { type HttpClient, isLoopback } from '../http.ts';
import { type Failure, fail, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';
import type { TokenRecord } from './token-record.ts';

export type { DialectName };

/** What an exchange brings, before it is known where it goes. */
export type Provisioned = Omit<TokenRecord, 'seed' | 'counter' | 'server'> & { readonly seed: Uint8Array };

export type ExchangeInput = {
  readonly url: URL;
  readonly activationCode: string;
  readonly dialect: DialectName;
  readonly deviceId: string;
  readonly deviceClass: string;
  readonly http: HttpClient;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly report: (message: string, done: number) => void;
  /** Called as soon as the server has named the token, if it does so before the code is used up. */
  readonly mayTake: (serial: string) => Failure | undefined;
};

export async function exchange(input: ExchangeInput): Promise<Result<Provisioned>> {
  const { url, activationCode, deviceId, deviceClass, http } = input;
  const dialect = DIALECTS[input.dialect];
  /** Why the latest request had no reply. */
  let silence: Failure | undefined;
  let sent = 0;
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const to = new URL(request.url);
    // A trigger may name another address than the one that was checked.
    if (to.protocol !== 'https:' && !isLoopback(to)) {
      silence = fail('ctkip', 'url-refused', t('authenticator.import.sentOn', { host: to.host }));
      throw new Error(silence.message);
    }
    sent += 1;
    input.report(t('authenticator.import.speaking', { host: to.host }), sent);
    const reply = await http.send({
      ...request,
      url: to,
      headers: { 'User-Agent': 'sower', ...request.headers },
    });
    silence = reply.ok ? undefined : reply;
    if (!reply.ok) throw new Error(reply.message);
    return { status: reply.value.status, body: reply.value.body };
  };

  let trigger: CtkipTrigger | undefined;
  if (dialect.binding === 'xml') {
    const fetched = await fetchTrigger();
    if (!fetched.ok) return fetched;
    trigger = fetched.value;
    const refusal = trigger.tokenId && input.mayTake(Buffer.from(trigger.tokenId).toString('latin1'));
    if (refusal !== undefined) return refusal;
  }
  const done = await provision({
    dialect,
    url: url.href,
    activationCode,
    trigger,
    deviceId,
    deviceClass,
    client: { version: manifest.version, manufacturer: 'Sower' },
    send,
    random: (length) => new Uint8Array(randomBytes(length)),
    allowHttp: url.protocol === 'http:',
    wait: (attempt) => sleep(500 * attempt),
  });
  return done.ok ? usable(done.token, input.now()) : explain(done, url, silence);

  async function fetchTrigger(): Promise<Result<CtkipTrigger>> {
    const request = triggerRequest(url.href, {
      activationCode: normalizeActivationCode(activationCode),
      deviceId,
      deviceClass,
    });
    const at = { ok: false, stage: 'trigger' } as const;
    let reply: HttpResponse;
    try {
      reply = await send(request);
    } catch {
      return explain({ ...at, error: 'transport', detail: 'no reply' }, url, silence);
    }
    if (reply.status !== 200) {
      return explain(
        { ...at, error: 'http', httpStatus: reply.status, detail: 'no trigger' },
        url,
        undefined,
      );
    }
    const decoded = decodeTrigger(dialect, reply.body);
    return decoded.ok
      ? success(decoded.message)
      : explain({ ...at, error: 'malformed', detail: decoded.reason }, url, undefined);
  }
}

/** The token as it will be kept; refused when this authenticator could not make its codes. */
function usable(token: ProvisionedToken, now: number): Result<Provisioned> {
  const kept = keptToken(token);
  if (kept !== undefined) {
    return success({ ...kept, seed: token.seed, importedAt: new Date(now).toISOString() });
  }
  const { keyType, serial, digits, interval, format } = token;
  token.seed.fill(0);
  return fail(
    'ctkip',
    'unusable-token',
    t('importing.unusable', { keyType, serial, digits, interval, format }),
  );
}

/** A failure of the exchange as every authenticator of ours explains it. */
function explain(failure: ProvisionFailure, url: URL, silence: Failure | undefined): Failure {
  const { kind, reason, message, next, details } = findingOf(failure, {
    url,
    about: 'sower authenticator about',
  });
  if (failure.error === 'transport' && silence !== undefined) {
    // This program knows more about why there was no reply.
    const spent = failure.stage === 'ClientNonce' ? { next: t('importing.maybeSpent') } : {};
    return { ...silence, ...spent, details: { ...silence.details, stage: failure.stage } };
  }
  return fail(kind, reason, t(message), {
    ...(next === undefined ? {} : { next: t(next) }),
    details: { ...details },
  });
}
