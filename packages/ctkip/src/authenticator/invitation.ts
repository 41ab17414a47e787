/**
 * What a user was given to import a token, as text: a link, the content of a QR code, or an address.
 *
 * If a text is not one, says why with a value from a table, and recognizes other ways of carrying seeds, so that an app can explain it.
 * Fetches nothing; the caller decides whether http is allowed at all.
 */
import type { DialectName } from '../dialect.ts';
import { type LinkDefect, normalizeActivationCode, parseLink } from '../links.ts';

export type Invitation = {
  readonly url: URL;
  readonly dialect: DialectName;
  /** Without spaces and dashes; absent if the user has to be asked for it. */
  readonly activationCode: string | undefined;
  /** The administrator's name for the token. */
  readonly nickname?: string | undefined;
};

/** Why a text is not an invitation. */
export type InvitationDefect =
  | LinkDefect
  | 'empty'
  /** A token file as a link, which contains the seed itself. */
  | 'ctf'
  /** A TOTP or HOTP key as a link. */
  | 'otpauth';

export type InvitationResult =
  | { readonly ok: true; readonly invitation: Invitation }
  | {
      readonly ok: false;
      readonly defect: InvitationDefect;
      /** The host, if the text names one. */
      readonly host?: string;
    };

/** @param options.mayUseHttp whether this http address is allowed all the same; none is by default */
export function readInvitation(
  text: string,
  options: { readonly mayUseHttp?: (url: URL) => boolean } = {},
): InvitationResult {
  if (text.trim() === '') return { ok: false, defect: 'empty' };
  if (/^\s*otpauth(-migration)?:/i.test(text)) return { ok: false, defect: 'otpauth' };
  if (/ctfdata(=|%3d)/i.test(text) || /^\s*2[\d-\s]{80,}$/.test(text)) return { ok: false, defect: 'ctf' };
  const parsed = parseLink(text, { allowHttp: true });
  if (!parsed.ok) return parsed;
  const url = new URL(parsed.url);
  if (url.protocol === 'http:' && !options.mayUseHttp?.(url)) {
    return { ok: false, defect: 'not-https', host: url.host };
  }
  const { activationCode, nickname } = parsed;
  return { ok: true, invitation: { url, dialect: dialectOf(url), activationCode, nickname } };
}

/** The RFC's own binding is at `/ctkip`; everything else uses the deployed dialect. */
export function dialectOf(url: URL): DialectName {
  return /\/ctkip\/?$/.test(url.pathname) ? 'rfc4758' : 'deployed';
}

/** Whether typed text can be an activation code; spaces and dashes do not count. */
export function isActivationCode(text: string): boolean {
  const code = normalizeActivationCode(text);
  return code.length > 0 && code.length <= 128;
}
