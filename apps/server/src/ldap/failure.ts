/** Why a request to a directory failed, as a kind that the domain can explain. */

import { type Text, text } from '@sower/texts/outcomes';
import {
  AdminLimitExceededError,
  ConfidentialityRequiredError,
  InsufficientAccessError,
  InvalidCredentialsError,
  InvalidDNSyntaxError,
  NoSuchObjectError,
  ResultCodeError,
  SizeLimitExceededError,
  StrongAuthRequiredError,
  TimeLimitExceededError,
} from 'ldapts';

const LDAP_FAILURES = [
  /** The host name has no address. */
  'name',
  'unreachable',
  'timeout',
  /** Not issued by an authority that is trusted, or expired. */
  'certificate',
  /** For another host. */
  'certificate-name',
  /** No TLS, or none that both can speak. */
  'tls',
  /** Name or password of the bind. */
  'bind',
  'strong-auth',
  'base',
  'dn-syntax',
  'access',
  /** Another server has it (RFC 4511 §4.1.10); it is not asked, since it would get the password of the account. */
  'referral',
  'size-limit',
  'time-limit',
  /** It goes on beyond what is accepted of one connection: time, octets, or pages without entries. */
  'endless',
  /** It ended in the middle of an answer. */
  'lost',
  /** Every server failed a moment ago, so none is tried again yet. */
  'resting',
  /** Any other result code, or an answer that is not LDAP. */
  'protocol',
] as const;
export type LdapFailureKind = (typeof LDAP_FAILURES)[number];

export class LdapFailure extends Error {
  readonly kind: LdapFailureKind;
  readonly url: string;
  constructor(kind: LdapFailureKind, url: string, detail: string) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
    this.url = url;
  }
  /** What the server or the operating system said, short and on one line. */
  get detail(): string {
    return short(this.message.slice(this.kind.length + 2));
  }
}

/** Why a password was not accepted although it may be the right one. */
export type BindRefusal = 'disabled' | 'expired' | 'locked' | 'password-expired' | 'must-change' | 'not-now';

/** Active Directory says it in the text of the answer: the Win32 error after "data". */
const OF_ACTIVE_DIRECTORY: Readonly<Record<string, BindRefusal>> = {
  '530': 'not-now',
  '531': 'not-now',
  '532': 'password-expired',
  '533': 'disabled',
  '701': 'expired',
  '773': 'must-change',
  '775': 'locked',
};

/** What Active Directory answered, if that was more than a wrong name or password. */
export const bindRefusal = (failure: LdapFailure): BindRefusal | undefined =>
  OF_ACTIVE_DIRECTORY[/ data ([0-9a-f]{3}),/.exec(failure.message)?.[1] ?? ''];

const MOST = 300;
function short(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Active Directory ends its messages with NUL
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > MOST ? `${line.slice(0, MOST - 1)}…` : line;
}

const BY_CLASS: readonly (readonly [new (message: string) => Error, LdapFailureKind])[] = [
  [InvalidCredentialsError, 'bind'],
  [StrongAuthRequiredError, 'strong-auth'],
  [ConfidentialityRequiredError, 'strong-auth'],
  [NoSuchObjectError, 'base'],
  [InvalidDNSyntaxError, 'dn-syntax'],
  [InsufficientAccessError, 'access'],
  [SizeLimitExceededError, 'size-limit'],
  [AdminLimitExceededError, 'size-limit'],
  [TimeLimitExceededError, 'time-limit'],
];

const REFERRAL = 10;

const BY_CODE: Readonly<Record<string, LdapFailureKind>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  EPROTO: 'tls',
};

/** @param error as node:net, node:tls and ldapts throw it */
export function failureOf(error: unknown, url: string): LdapFailure {
  if (error instanceof LdapFailure) return error;
  const { message = String(error), code } = error as { message?: string; code?: string | number };
  const known = BY_CLASS.find(([type]) => error instanceof type);
  if (known) return new LdapFailure(known[1], url, message);
  if (error instanceof ResultCodeError && error.code === REFERRAL)
    return new LdapFailure('referral', url, message);
  if (error instanceof ResultCodeError)
    return new LdapFailure('protocol', url, `result code ${error.code}: ${message}`);
  if (typeof code === 'string') return new LdapFailure(BY_CODE[code] ?? ofOther(code), url, message);
  if (/timeout|timed out/i.test(message)) return new LdapFailure('timeout', url, message);
  if (/closed before|socket error|not established/i.test(message))
    return new LdapFailure('lost', url, message);
  return new LdapFailure('protocol', url, message);
}

/** OpenSSL's names for what is wrong with a chain: CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, and so on. */
const ofOther = (code: string): LdapFailureKind =>
  /CERT|SIGNATURE|ISSUER|CRL/.test(code) && !/^ERR_/.test(code)
    ? 'certificate'
    : /SSL|TLS/.test(code)
      ? 'tls'
      : 'unreachable';

/** Why a request to a directory failed, and what to do about it, with the message of the server or the operating system. */
export const failureText = ({ kind, detail }: LdapFailure): Text =>
  text(`source-failure.${kind}`, { detail });
