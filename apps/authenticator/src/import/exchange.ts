/** One CT-KIP exchange over fetch, and what its ends mean to a user. The protocol is packages/ctkip's; nothing is stored here. */

import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import { explain, type Finding } from '@sower/ctkip/authenticator/explain';
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { type KeptToken, keptToken } from '@sower/ctkip/authenticator/kept-token';
import type { Words } from '@sower/ctkip/authenticator/words';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { decodeTrigger } from '@sower/ctkip/decode';
import { DIALECTS } from '@sower/ctkip/dialect';
import { type HttpRequest, type HttpResponse, triggerRequest } from '@sower/ctkip/http';
import { normaliseActivationCode } from '@sower/ctkip/links';
import type { CtkipTrigger } from '@sower/ctkip/messages';
import { type ProvisionFailure, provision } from '@sower/ctkip/provision';
import { VERSION } from '../version.ts';

export type Ended =
  | {
      readonly kind: 'token';
      readonly token: KeptToken;
      readonly seed: Uint8Array;
      readonly comparison: string;
    }
  /** The server named a token that is here, before the code was spent. */
  | { readonly kind: 'here-already'; readonly serial: string }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'stopped' };

const TIMEOUT_SECONDS = 15;
const MAX_KIB = 256;

export async function exchange(input: {
  readonly invitation: Invitation;
  readonly activationCode: string;
  readonly deviceId: string;
  readonly words: Words;
  /** What the way to the device id is called. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly report: (step: number) => void;
  readonly mayTake: (serial: string) => Promise<boolean>;
}): Promise<Ended> {
  const { invitation, activationCode, deviceId, words, about, signal } = input;
  const { url } = invitation;
  const dialect = DIALECTS[invitation.dialect];
  /** Why the latest request had no reply. */
  let silence: string | undefined;
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
          ? words.why.large(MAX_KIB)
          : limit.aborted
            ? words.why.slow(TIMEOUT_SECONDS)
            : navigator.onLine
              ? words.why.unknown
              : words.why.offline;
      silence = words.unreachable(host, why);
      throw error;
    }
  };
  const found = (failure: ProvisionFailure): Ended =>
    signal.aborted && failure.error === 'transport'
      ? { kind: 'stopped' }
      : { kind: 'finding', finding: explain(failure, { url, about, silence, words }) };

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
  if (!done.ok) return found(done);
  const token = keptToken(done.token);
  if (!token) {
    done.token.seed.fill(0);
    const message = words.unusable(done.token);
    return {
      kind: 'finding',
      finding: {
        kind: 'ctkip',
        reason: 'unusable-token',
        message,
        next: words.askAdministrator,
        details: {},
      },
    };
  }
  const { seed } = done.token;
  return { kind: 'token', token, seed, comparison: await comparisonNumber(seed) };

  async function askForTrigger(): Promise<{ trigger: CtkipTrigger } | Ended> {
    const at = { ok: false, stage: 'trigger' } as const;
    const code = normaliseActivationCode(activationCode);
    let reply: HttpResponse;
    try {
      reply = await send(
        triggerRequest(url.href, { activationCode: code, deviceId, deviceClass: DEVICE_CLASS }),
      );
    } catch {
      return found({ ...at, error: 'transport', detail: 'no reply' });
    }
    if (reply.status !== 200) {
      return found({ ...at, error: 'http', httpStatus: reply.status, detail: 'no trigger' });
    }
    const decoded = decodeTrigger(dialect, reply.body);
    return decoded.ok
      ? { trigger: decoded.message }
      : found({ ...at, error: 'malformed', detail: decoded.reason });
  }
}

/** No cookies, no cache, no redirects, no more than so much. @throws RangeError for an answer that is too long */
async function fetched(
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
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
  let place = 0;
  for (const chunk of chunks) {
    whole.set(chunk, place);
    place += chunk.length;
  }
  return { status: reply.status, body: whole };
}
