/**
 * Links and QR payloads that start an exchange: written from a device type's template, read in every form seen in use.
 *
 * The form of a link depends on the client's platform, so templates are data. Nothing is fetched here, and a link's own scheme and host do
 * not matter: only the address it contains does, which must be https.
 */

import { UNPRINTABLE } from '@sower/bytes/printable';

export type LinkTarget = {
  /** Address of the CT-KIP endpoint, absolute. */
  readonly url: string;
  /** Absent if the code is handed over separately; the parameter for it is then omitted from the link. */
  readonly activationCode?: string | undefined;
  /** A name for the token, for apps that accept it: 1 to 24 letters and digits. Omitted likewise. */
  readonly nickname?: string | undefined;
};

export type LinkResult =
  | { readonly ok: true; readonly link: string }
  | { readonly ok: false; readonly defect: 'template' | 'not-http' };
export type ParsedLink = { readonly ok: true } & LinkTarget;
/** Why a text is not a link to a server that a client may connect to. */
export type LinkDefect =
  | 'too-long'
  | 'not-https'
  | 'user-information'
  /** Two readings are possible: a parameter given twice, two schemes, a fragment, characters that no address has. */
  | 'ambiguous'
  | 'no-address'
  | 'code-too-long'
  | 'not-a-link';
export type LinkFailure = { readonly ok: false; readonly defect: LinkDefect };

export const PLACEHOLDERS = [
  'scheme',
  'host',
  'port',
  'hostport',
  'path',
  'url',
  'encodedUrl',
  'activationCode',
  'nickname',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What is wrong with a link template. */
export type TemplateDefect = {
  readonly kind: 'unknown-placeholder' | 'control' | 'stray' | 'no-address';
  /** With `unknown-placeholder`: `{name}`. */
  readonly placeholder?: string;
};

/** What is wrong with a template, or `undefined`: for the loader of device definitions. */
export function templateDefect(template: string): TemplateDefect | undefined {
  for (const [, name] of template.matchAll(PLACEHOLDER)) {
    if (!(PLACEHOLDERS as readonly string[]).includes(name as string)) {
      return { kind: 'unknown-placeholder', placeholder: `{${name}}` };
    }
  }
  // URL parsers skip them, so a scheme would be a different one from what it looks like.
  if (template.search(UNPRINTABLE) >= 0) return { kind: 'control' };
  const rest = template.replace(PLACEHOLDER, '');
  if (/[{}\s]/.test(rest)) return { kind: 'stray' };
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name);
  const carriesAddress = ['url', 'encodedUrl', 'host', 'hostport'].some((name) => names.includes(name));
  return carriesAddress ? undefined : { kind: 'no-address' };
}

/**
 * Fills a template such as `com.rsa.securid://ctkip?scheme=https&url={hostport}{path}&activationCode={activationCode}`.
 *
 * Values are inserted as they are, since deployed apps do not decode `%2F`; only `{encodedUrl}` is percent-encoded. `{port}` and
 * `{hostport}` always include a port.
 */
export function renderLink(template: string, { url, activationCode, nickname = '' }: LinkTarget): LinkResult {
  const defect = templateDefect(template);
  if (defect) return { ok: false, defect: 'template' };
  const target = URL.parse(url);
  if (!target || !/^https?:$/.test(target.protocol)) return { ok: false, defect: 'not-http' };
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  const values: Readonly<Record<Placeholder, string>> = {
    scheme: target.protocol.slice(0, -1),
    host: target.hostname,
    port,
    hostport: `${target.hostname}:${port}`,
    path: `${target.pathname}${target.search}`,
    url: target.href,
    encodedUrl: encodeURIComponent(target.href),
    activationCode: activationCode === undefined ? '' : encodeURIComponent(activationCode),
    nickname: encodeURIComponent(nickname),
  };
  let used = template;
  if (activationCode === undefined) used = without(used, 'activationCode');
  if (nickname === '') used = without(used, 'nickname');
  return { ok: true, link: used.replace(PLACEHOLDER, (_, name: Placeholder) => values[name]) };
}

/** A parameter without a value is omitted from the link. */
function without(template: string, name: 'activationCode' | 'nickname'): string {
  const parameter = new RegExp(`([?&])[^?&#{}=]*=\\{${name}\\}(&?)`, 'g');
  return template
    .replace(parameter, (_, before: string, after: string) => (after === '' ? '' : before))
    .replaceAll(`{${name}}`, '');
}

export type LinkOptions = {
  /** Also accept http addresses: for tests and closed networks. */
  readonly allowHttp?: boolean | undefined;
};

const MAX_LENGTH = 2048;

/**
 * Reads a link, the text of a QR code, or a bare address.
 *
 * Accepted: any scheme before `ctkip?`, an https or loopback address that contains it, our own page with it in the fragment, `schema` for
 * `scheme`, `url` with or without a scheme and a port, percent-encoded or raw, parameters in any order and case, `&amp;`, and mail that
 * shows `=3D` for `=`. Refused: addresses other than https unless allowed, user information, fragments, a parameter given twice.
 */
export function parseLink(text: string, options: LinkOptions = {}): ParsedLink | LinkFailure {
  if (text.length > MAX_LENGTH) return refuse('too-long');
  const link = unquoted(text.trim());
  const query = carriedQuery(link);
  if (query === undefined) {
    const address = serverUrl(link, options);
    return address.ok ? { ok: true, url: address.url } : address;
  }
  const parameters = new Map<string, string>();
  for (const pair of query.replaceAll('&amp;', '&').split('&')) {
    if (pair === '') continue;
    const split = pair.indexOf('=');
    const name = (split < 0 ? pair : pair.slice(0, split)).toLowerCase();
    if (parameters.has(name)) return refuse('ambiguous');
    parameters.set(name, split < 0 ? '' : decoded(pair.slice(split + 1)));
  }
  if (parameters.has('scheme') && parameters.has('schema')) return refuse('ambiguous');
  const address = addressOf(parameters, options);
  if (!address.ok) return address;
  const code = normalizeActivationCode(parameters.get('activationcode') ?? '');
  if (code.length > 128) return refuse('code-too-long');
  const nickname = parameters.get('nickname') ?? '';
  return {
    ok: true,
    url: address.url,
    ...(code === '' ? {} : { activationCode: code }),
    // A link is not about the name: an invalid one is dropped.
    ...(/^[A-Za-z0-9]{1,24}$/.test(nickname) ? { nickname } : {}),
  };
}

/** Mail that was not decoded writes every `=` as `=3D` and breaks lines after a `=`. */
function unquoted(text: string): string {
  const joined = text.replace(/=\r?\n/g, '');
  return /=(?!3D)/.test(joined) ? joined : joined.replaceAll('=3D', '=');
}

/** What follows `ctkip?` at the end of the path, or at the start of an https page's fragment; `undefined` if there is none. */
function carriedQuery(link: string): string | undefined {
  const fragment = /^https?:\/\/[^#]*#\/?ctkip\/?\?(.*)$/is.exec(link);
  if (fragment) return fragment[1];
  return /^[a-z][a-z0-9+.-]*:(?:\/\/)?(?:[^?#]*\/)?ctkip\/?\?(.*)$/is.exec(link)?.[1];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function addressOf(
  parameters: ReadonlyMap<string, string>,
  options: LinkOptions,
): { readonly ok: true; readonly url: string } | LinkFailure {
  const value = parameters.get('url')?.trim() ?? '';
  if (value === '') return refuse('no-address');
  const scheme = (parameters.get('scheme') ?? parameters.get('schema'))?.trim().toLowerCase();
  const own = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
  if (own && scheme && own !== scheme) return refuse('ambiguous');
  return serverUrl(own ? value : `${scheme || 'https'}://${value}`, options);
}

/** The address of a server if a client may connect to it, in normal form. */
export function serverUrl(
  text: string,
  options: LinkOptions = {},
): { readonly ok: true; readonly url: string } | LinkFailure {
  // URL parsers skip control characters and treat a backslash as a slash: two readings of one address.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\s\\\u0000-\u001f\u007f]/.test(text)) return refuse('ambiguous');
  if (text.includes('#')) return refuse('ambiguous');
  const authority = /^([a-z][a-z0-9+.-]*):\/\/([^/?]+)/i.exec(text);
  if (!authority) return refuse('not-a-link');
  const scheme = authority[1]?.toLowerCase();
  if (scheme !== 'https' && !(scheme === 'http' && options.allowHttp)) return refuse('not-https');
  if (authority[2]?.includes('@')) return refuse('user-information');
  const url = URL.parse(text);
  if (!url || url.hostname === '' || url.username !== '' || url.password !== '') {
    return refuse('not-a-link');
  }
  return { ok: true, url: url.href };
}

const refuse = (defect: LinkDefect): LinkFailure => ({ ok: false, defect });

/** A code as people type it, without spaces and dashes of any kind. It stays text: leading zeros count. */
export function normalizeActivationCode(text: string): string {
  return text.replace(/[\s\p{Pd}\u2212\u00ad\u200b-\u200d\ufeff]+/gu, '');
}
