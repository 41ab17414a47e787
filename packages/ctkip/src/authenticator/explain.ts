/** What the failures of an exchange mean to a user: a kind, a word for programs, a sentence, a next step. */
import type { ProvisionFailure } from '../provision.ts';
import { INVALID_CODE } from '../soap.ts';
import { printable } from './printable.ts';
import type { Said, Words } from './words.ts';

export type Finding = Said & {
  readonly kind: 'usage' | 'unreachable' | 'ctkip' | 'mac';
  /** A word for scripts; never changes its meaning. */
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
};

/**
 * @param context.url the address that was asked
 * @param context.about where the user of this program sees the device id
 * @param context.silence why the latest request had no reply, when the program knows; a gateway's 5xx is told from the failure
 */
export function explain(
  failure: ProvisionFailure,
  context: {
    readonly url: URL;
    readonly about: string;
    readonly silence?: string | undefined;
    readonly words: Words;
  },
): Finding {
  const { error, stage, status, httpStatus } = failure;
  const { url, about, silence, words } = context;
  const { host } = url;
  // Often the server's own words: they may not break out of the line.
  const detail = printable(failure.detail);
  const details = {
    stage,
    ...(status === undefined ? {} : { status }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    detail: failure.detail,
  };
  const find = (kind: Finding['kind'], reason: string, message: string, next?: string): Finding => ({
    kind,
    reason,
    message,
    ...(next === undefined ? {} : { next }),
    details,
  });
  const spent = stage === 'ClientNonce' ? words.maybeSpent : undefined;
  switch (error) {
    case 'mac-mismatch':
    case 'mac-missing':
      return { kind: 'mac', reason: error, ...words.mac(host), details };
    case 'url-refused':
      return find('usage', error, words.addressRefused(url.href).message);
    case 'activation-code-missing':
      return find('usage', error, words.codeMissing);
    case 'transport':
      return find(
        'unreachable',
        'unavailable',
        silence ?? words.cannotAnswer(host, httpStatus ?? 0),
        spent ?? words.notSpent,
      );
    case 'fault':
      return find(
        'ctkip',
        error,
        failure.detail === INVALID_CODE.message ? words.codeNotValid : words.refused(detail),
        words.codeRefused(about),
      );
    case 'status':
      return find(
        'ctkip',
        error,
        words.status(String(status)),
        status === 'AccessDenied' ? words.accessDenied(about) : words.askAdministrator,
      );
    case 'http':
      if (stage === 'trigger' && httpStatus === 403) {
        return find('ctkip', 'fault', words.codeNotValid, words.codeRefused(about));
      }
      if (httpStatus === 429) return find('ctkip', 'too-many-attempts', words.tooManyAttempts(host), spent);
      if (httpStatus !== undefined && httpStatus >= 300 && httpStatus < 400) {
        return find('ctkip', error, words.elsewhere(host), spent);
      }
      if (httpStatus === 404 || httpStatus === 405)
        return find('ctkip', error, words.noService(url.href), spent);
      if (httpStatus === 200) return find('ctkip', error, words.noCtkip(host, detail), spent);
      return find('ctkip', error, words.http(host, httpStatus, detail), spent);
    case 'weak-key':
      return find('ctkip', error, words.weakKey(detail));
    default:
      return find('ctkip', error, words.broken(stage, detail), spent);
  }
}
