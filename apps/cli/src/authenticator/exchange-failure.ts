/** What the failures of an exchange mean to a user: an exit code, a sentence, a next step. */
import type { ProvisionFailure } from '@sower/ctkip/provision';
import { type Failure, fail } from '../outcome.ts';
import { printable } from '../output.ts';

const CODE_REFUSED =
  'Is the activation code right, unused and not expired, and the token meant for this device (sower authenticator about)? If so, ask for the token to be distributed again.';
const SPENT =
  'The activation code may be spent. If it is not taken again, ask for the token to be distributed again.';

/** @param silence why the latest request had no reply, when it had none */
export function explain(failure: ProvisionFailure, url: URL, silence: Failure | undefined): Failure {
  const { error, stage, status, httpStatus } = failure;
  // Often the server's own words: they may not break out of the line.
  const detail = printable(failure.detail);
  const details = {
    stage,
    ...(status === undefined ? {} : { status }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    detail: failure.detail,
  };
  const next = stage === 'ClientNonce' ? { next: SPENT } : {};
  switch (error) {
    case 'mac-mismatch':
    case 'mac-missing':
      return fail(
        'mac',
        error,
        `${detail[0]?.toUpperCase()}${detail.slice(1)}. Somebody may be between this machine and ${url.host}. Nothing was stored.`,
        {
          next: 'Do not try again from this network. Tell the administrator of the server; the token must be distributed again.',
          details,
        },
      );
    case 'url-refused':
      return fail('usage', error, `The address ${url.href} is refused: ${detail}.`, { details });
    case 'activation-code-missing':
      return fail('usage', error, 'There is no activation code.', {
        next: 'Give it with --code, or on standard input.',
      });
    case 'transport':
      if (silence !== undefined) return { ...silence, ...next, details: { ...silence.details, stage } };
      return fail(
        'unreachable',
        'unavailable',
        `${url.host} cannot answer at the moment (HTTP ${httpStatus}).`,
        { ...next, details },
      );
    case 'fault':
      return fail('ctkip', error, `The server refused: ${detail}`, {
        next: CODE_REFUSED,
        details,
      });
    case 'status':
      return fail('ctkip', error, `The server ended the exchange with the status ${status}.`, {
        next:
          status === 'AccessDenied'
            ? 'Is the token meant for this device? See: sower authenticator about'
            : 'Ask the administrator of the server; its audit trail says why.',
        details,
      });
    case 'http':
      if (stage === 'trigger' && httpStatus === 403) {
        return fail('ctkip', 'fault', 'The server refused: the activation code is not valid.', {
          next: CODE_REFUSED,
          details,
        });
      }
      return fail(
        'ctkip',
        httpStatus === 429 ? 'too-many-attempts' : error,
        httpSentence(url, httpStatus, detail),
        { ...next, details },
      );
    case 'weak-key':
      return fail('ctkip', error, `${detail}: it has fewer than 1024 bits.`, { details });
    default:
      return fail('ctkip', error, `CT-KIP failed after ${stage}: ${detail}.`, { ...next, details });
  }
}

function httpSentence(url: URL, httpStatus: number | undefined, detail: string): string {
  if (httpStatus === 429)
    return `${url.host} has had too many wrong activation codes from here; wait a few minutes.`;
  if (httpStatus !== undefined && httpStatus >= 300 && httpStatus < 400) {
    return `${url.host} sends this client elsewhere, which is not followed; give the address it redirects to, if you trust it.`;
  }
  if (httpStatus === 404 || httpStatus === 405) return `There is no CT-KIP service at ${url.href}.`;
  if (httpStatus === 200) return `What ${url.host} answered is no CT-KIP: ${detail}. Is the address right?`;
  return `${url.host} answered with HTTP ${httpStatus}: ${detail}.`;
}
