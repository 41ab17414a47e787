/** What the failures of an exchange mean to a user: a kind, a word for programs, what to say and what to do next, as codes. */

import { printable } from '@sower/bytes/printable';
import type { ProvisionFailure } from '../provision.ts';
import { INVALID_CODE } from '../soap.ts';
import type { InvitationDefect } from './invitation.ts';

/** A text by its key in a catalogue, with its values. This package knows the keys and no language. */
export type ImportText =
  | {
      readonly code:
        | 'importing.codeMissing'
        | 'importing.notSpent'
        | 'importing.maybeSpent'
        | 'importing.codeNotValid'
        | 'importing.askAdministrator'
        | 'importing.mac.next'
        | `importing.link.${Exclude<InvitationDefect, 'not-https'>}.message`
        | 'importing.link.not-https.unnamed'
        | `importing.link.${InvitationDefect}.next`;
      readonly values?: undefined;
    }
  | {
      readonly code: 'importing.mac.message' | 'importing.tooManyAttempts' | 'importing.redirected';
      readonly values: { readonly host: string };
    }
  | { readonly code: 'importing.link.not-https.message'; readonly values: { readonly host: string } }
  | {
      readonly code: 'importing.addressRefused' | 'importing.noService';
      readonly values: { readonly address: string };
    }
  | {
      readonly code: 'importing.unavailable';
      readonly values: { readonly host: string; readonly status: number };
    }
  | {
      readonly code: 'importing.codeRefused' | 'importing.accessDenied';
      readonly values: { readonly about: string };
    }
  | { readonly code: 'importing.status'; readonly values: { readonly status: string } }
  | {
      readonly code: 'importing.refused' | 'importing.weakKey';
      readonly values: { readonly detail: string };
    }
  | {
      readonly code: 'importing.notCtkip';
      readonly values: { readonly host: string; readonly detail: string };
    }
  | {
      readonly code: 'importing.http';
      readonly values: { readonly host: string; readonly status: number | string; readonly detail: string };
    }
  | {
      readonly code: 'importing.broken';
      readonly values: { readonly stage: string; readonly detail: string };
    };

export type Finding = {
  readonly kind: 'usage' | 'unreachable' | 'ctkip' | 'mac';
  /** A word for scripts; its meaning never changes. */
  readonly reason: string;
  readonly message: ImportText;
  readonly next?: ImportText;
  readonly details: Readonly<Record<string, unknown>>;
};

/**
 * What is wrong with a text that should have been an invitation, and what to do.
 * @param host as named in the text
 */
export function explainDefect(
  defect: InvitationDefect,
  host: string | undefined,
): { readonly message: ImportText; readonly next: ImportText } {
  const next = { code: `importing.link.${defect}.next` } as const;
  if (defect !== 'not-https') return { message: { code: `importing.link.${defect}.message` }, next };
  return {
    message:
      host === undefined
        ? { code: 'importing.link.not-https.unnamed' }
        : { code: 'importing.link.not-https.message', values: { host } },
    next,
  };
}

/**
 * @param context.url the address of the request
 * @param context.about where users of this program find the device ID
 */
export function explain(
  failure: ProvisionFailure,
  context: { readonly url: URL; readonly about: string },
): Finding {
  const { error, stage, status, httpStatus } = failure;
  const { url, about } = context;
  const { host } = url;
  // Often the server's own words: they must not break out of the line.
  const detail = printable(failure.detail);
  const details = {
    stage,
    ...(status === undefined ? {} : { status }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    detail: failure.detail,
  };
  const find = (kind: Finding['kind'], reason: string, message: ImportText, next?: ImportText): Finding => ({
    kind,
    reason,
    message,
    ...(next === undefined ? {} : { next }),
    details,
  });
  const spent: ImportText | undefined =
    stage === 'ClientNonce' ? { code: 'importing.maybeSpent' } : undefined;
  const codeRefused: ImportText = { code: 'importing.codeRefused', values: { about } };
  switch (error) {
    case 'mac-mismatch':
    case 'mac-missing':
      return find(
        'mac',
        error,
        { code: 'importing.mac.message', values: { host } },
        { code: 'importing.mac.next' },
      );
    case 'url-refused':
      return find('usage', error, { code: 'importing.addressRefused', values: { address: url.href } });
    case 'activation-code-missing':
      return find('usage', error, { code: 'importing.codeMissing' });
    case 'transport':
      return find(
        'unreachable',
        'unavailable',
        { code: 'importing.unavailable', values: { host, status: httpStatus ?? 0 } },
        spent ?? { code: 'importing.notSpent' },
      );
    case 'fault':
      return find(
        'ctkip',
        error,
        failure.detail === INVALID_CODE.message
          ? { code: 'importing.codeNotValid' }
          : { code: 'importing.refused', values: { detail } },
        codeRefused,
      );
    case 'status':
      return find(
        'ctkip',
        error,
        { code: 'importing.status', values: { status: String(status) } },
        status === 'AccessDenied'
          ? { code: 'importing.accessDenied', values: { about } }
          : { code: 'importing.askAdministrator' },
      );
    case 'http':
      if (stage === 'trigger' && httpStatus === 403) {
        return find('ctkip', 'fault', { code: 'importing.codeNotValid' }, codeRefused);
      }
      if (httpStatus === 429)
        return find(
          'ctkip',
          'too-many-attempts',
          { code: 'importing.tooManyAttempts', values: { host } },
          spent,
        );
      if (httpStatus !== undefined && httpStatus >= 300 && httpStatus < 400) {
        return find('ctkip', error, { code: 'importing.redirected', values: { host } }, spent);
      }
      if (httpStatus === 404 || httpStatus === 405)
        return find('ctkip', error, { code: 'importing.noService', values: { address: url.href } }, spent);
      if (httpStatus === 200)
        return find('ctkip', error, { code: 'importing.notCtkip', values: { host, detail } }, spent);
      return find(
        'ctkip',
        error,
        { code: 'importing.http', values: { host, status: httpStatus ?? '?', detail } },
        spent,
      );
    case 'weak-key':
      return find('ctkip', error, { code: 'importing.weakKey', values: { detail } });
    default:
      return find('ctkip', error, { code: 'importing.broken', values: { stage, detail } }, spent);
  }
}
