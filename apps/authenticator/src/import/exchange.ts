/** One CT-KIP exchange over fetch, and what each outcome means to the user. The protocol is packages/ctkip's; nothing is stored here. */
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import { explain } from '@sower/ctkip/authenticator/explain';
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { type KeptToken, keptToken } from '@sower/ctkip/authenticator/kept-token';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { decodeTrigger } from '@sower/ctkip/decode';
import { DIALECTS } from '@sower/ctkip/dialect';
import { type HttpRequest, type HttpResponse, triggerRequest } from '@sower/ctkip/http';
import { normalizeActivationCode } from '@sower/ctkip/links';
import type { CtkipTrigger } from '@sower/ctkip/messages';
import { type ProvisionFailure, provision } from '@sower/ctkip/provision';
import { VERSION } from '../parts.ts';
import type { AppMessage } from '../texts/use-texts.ts';

/** What an exchange that failed means, as the catalogue has it. */
type ExchangeFinding = {
  readonly kind: 'usage' | 'unreachable' | 'ctkip' | 'mac';
  readonly message: AppMessage;
  readonly next?: AppMessage;
};

export type Ended =
  | {
      readonly kind: 'token';
      readonly token: KeptToken;
      readonly seed: Uint8Array;
      readonly comparison: string;
    }
  /** The server named a token that is here, before the code was spent. */
  | { readonly kind: 'here-already'; readonly serial: string }
  | { readonly kind: 'finding'; readonly finding: ExchangeFinding }
  | { readonly kind: 'stopped' };

const TIMEOUT_SECONDS = 15;
const MAX_KIB = 256;

export async function exchange(input: {
  readonly invitation: Invitation;
  readonly activationCode: string;
  readonly deviceId: string;
  /** What the page is called on which users find the device ID. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly report: (step: number) => void;
  readonly mayTake: (serial: string) => Promise<boolean>;
}): Promise<Ended> {
  const { invitation, activationCode, deviceId, about, signal } = input;
  const { url } = invitation;
  const dialect = DIALECTS[invitation.dialect];
  /** Why the latest request had no reply. */
  let silence: AppMessage | undefined;
  let sent = 0;
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    sent += 1;
    input.report(sent);
    silence = undefined;
    const { host } = new URL(request.url);
    const limit = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    try {
      return await fetched(request, AbortSignal.any([signal, limit]));
    } catch (error) {
      const why =
        error instanceof RangeError
          ? ({ code: 'importing.unreachable.large', values: { host, kib: MAX_KIB } } as const)
          : limit.aborted
            ? ({ code: 'importing.unreachable.slow', values: { host, seconds: TIMEOUT_SECONDS } } as const)
            : ({
                code: navigator.onLine ? 'importing.unreachable.unknown' : 'importing.unreachable.offline',
                values: { host },
              } as const);
      silence = why;
      throw error;
    }
  };
  const found = (failure: ProvisionFailure): ExchangeFinding => {
    const finding = explain(failure, { url, about });
    // This program knows more about why there was no reply.
    return failure.error === 'transport' && silence ? { ...finding, message: silence } : finding;
  };
  const ended = (failure: ProvisionFailure): Ended =>
    signal.aborted && failure.error === 'transport'
      ? { kind: 'stopped' }
      : { kind: 'finding', finding: found(failure) };

  let trigger: CtkipTrigger | undefined;
  if (dialect.binding === 'xml') {
    const asked = await askForTrigger();
    if ('kind' in asked) return asked;
    trigger = asked.trigger;
    const serial = trigger.tokenId && new TextDecoder().decode(trigger.tokenId);
    if (serial !== undefined && !(await input.mayTake(serial))) return { kind: 'here-already', serial };
  }
  const done = await provision({
    dialect,
    url: url.href,
    activationCode,
    trigger,
    deviceId,
    deviceClass: DEVICE_CLASS,
    client: { version: VERSION, manufacturer: 'Sower' },
    send,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    // Pressing Stop must not send again.
    attempts: 3,
    wait: (attempt) =>
      new Promise((resolve) => {
        setTimeout(resolve, signal.aborted ? 0 : 500 * attempt);
      }),
  });
  if (!done.ok) return ended(done);
  const token = keptToken(done.token);
  if (!token) {
    const { keyType, serial, digits, interval, format } = done.token;
    done.token.seed.fill(0);
    return {
      kind: 'finding',
      finding: {
        kind: 'ctkip',
        message: { code: 'importing.unusable', values: { keyType, serial, digits, interval, format } },
        next: { code: 'importing.askAdministrator' },
      },
    };
  }
  const { seed } = done.token;
  return { kind: 'token', token, seed, comparison: await comparisonNumber(seed) };

  async function askForTrigger(): Promise<{ trigger: CtkipTrigger } | Ended> {
    const at = { ok: false, stage: 'trigger' } as const;
    const code = normalizeActivationCode(activationCode);
    let reply: HttpResponse;
    try {
      reply = await send(
        triggerRequest(url.href, { activationCode: code, deviceId, deviceClass: DEVICE_CLASS }),
      );
    } catch {
      return ended({ ...at, error: 'transport', detail: 'no reply' });
    }
    if (reply.status !== 200) {
      return ended({ ...at, error: 'http', httpStatus: reply.status, detail: 'no trigger' });
    }
    const decoded = decodeTrigger(dialect, reply.body);
    return decoded.ok
      ? { trigger: decoded.message }
      : ended({ ...at, error: 'malformed', detail: decoded.reason });
  }
}

/** No cookies, no cache, no redirects, and a limit on the size of the answer. @throws RangeError for an answer that is too long */
async function fetched({ url, method, headers, body }: HttpRequest, signal: AbortSignal) {
  const reply = await fetch(url, {
    method,
    headers: { ...headers },
    body: Uint8Array.from(body),
    redirect: 'manual',
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal,
  });
  // A browser hides where a redirect leads, and even its status.
  if (reply.type === 'opaqueredirect') return { status: 302, body: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (reply.body) {
    const reader = reply.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MAX_KIB * 1024) {
        await reader.cancel();
        throw new RangeError('too long');
      }
      chunks.push(value);
    }
  }
  const whole = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return { status: reply.status, body: whole };
}
