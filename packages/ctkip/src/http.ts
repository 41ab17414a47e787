/**
 * The HTTP binding as values: media types, header sets, which binding a request uses, and the request that exchanges an activation code for
 * a trigger.
 *
 * Nothing is sent here. RFC 4758 §4.2 for bare XML; the deployed binding is SOAP over the same two POSTs.
 */

import { utf8 } from '@sower/bytes/octets';
import { readXml } from '@sower/xml';
import type { Dialect, DialectName } from './dialect.ts';
import { textOf } from './octets.ts';

export type HttpRequest = {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type HttpResponse = { readonly status: number; readonly body: Uint8Array };

/** RFC 4758 §4.2.2. */
export const MEDIA_TYPE_XML = 'application/vnd.otps.ct-kip+xml';
/** The media type of deployed desktop clients for SOAP. */
export const MEDIA_TYPE_SOAP = 'application/vnd.otps.ct-kip';
const SOAP_MEDIA_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPE_SOAP, MEDIA_TYPE_XML, 'text/xml']);

/**
 * The dialect of a request by its media type and, if that leaves both possible, by whether its root is a SOAP envelope; `undefined` for
 * other media types (HTTP 415). The dialect is chosen once per request, without fallback.
 */
export function dialectOf(contentType: string | undefined, body: Uint8Array): DialectName | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!SOAP_MEDIA_TYPES.has(type)) return undefined;
  if (type !== MEDIA_TYPE_XML) return 'deployed';
  const document = readXml(body);
  return document.ok && document.root.name === 'Envelope' ? 'deployed' : 'rfc4758';
}

/**
 * Headers of a client's message.
 * @param activationCode for the deployed dialect, which repeats it in a header
 */
export function requestHeaders(
  dialect: Dialect,
  message: 'ClientHello' | 'ClientNonce',
  activationCode?: string,
): Record<string, string> {
  if (dialect.binding === 'xml') {
    return {
      'Content-Type': MEDIA_TYPE_XML,
      Accept: MEDIA_TYPE_XML,
      'Cache-Control': 'no-cache, no-store',
      Pragma: 'no-cache',
    };
  }
  return {
    'Content-Type': MEDIA_TYPE_SOAP,
    SOAPAction: message === 'ClientHello' ? 'StartService' : 'ServerFinished',
    // The bare code without a scheme, as deployed desktop clients send it.
    ...(activationCode === undefined ? {} : { Authorization: activationCode }),
  };
}

/** Headers of a server's message. Do not add validators (`ETag`, `Last-Modified`). */
export function responseHeaders(dialect: Dialect): Record<string, string> {
  return {
    'Content-Type': dialect.binding === 'xml' ? MEDIA_TYPE_XML : 'text/xml; charset=utf-8',
    // RFC 4758 §4.2.3 requires a directive that no cache knows; no-store is what keeps a response out of a cache.
    'Cache-Control': 'no-cache, no-store, no-must-revalidate, private',
    Pragma: 'no-cache',
  };
}

/**
 * Path below the RFC dialect's URL at which an activation code is exchanged for a trigger. Ours: the RFC does not say how triggers are
 * delivered.
 */
export const TRIGGER_PATH = '/trigger';

/** What a client sends to get a trigger: the RFC's own messages carry none of it. */
export type TriggerRequest = {
  readonly activationCode: string;
  readonly deviceId?: string | undefined;
  readonly deviceClass?: string | undefined;
};

const FORM = 'application/x-www-form-urlencoded';

export function triggerRequest(base: string, fields: TriggerRequest): HttpRequest {
  const form = new URLSearchParams({ activationCode: fields.activationCode });
  if (fields.deviceId !== undefined) form.set('deviceId', fields.deviceId);
  if (fields.deviceClass !== undefined) form.set('deviceClass', fields.deviceClass);
  return {
    method: 'POST',
    url: `${base.replace(/\/$/, '')}${TRIGGER_PATH}`,
    headers: { 'Content-Type': FORM, Accept: MEDIA_TYPE_XML, 'Cache-Control': 'no-cache, no-store' },
    body: utf8(form.toString()),
  };
}

/** Parses it on the server; `undefined` if it is not one. */
export function decodeTriggerRequest(
  contentType: string | undefined,
  body: Uint8Array,
): TriggerRequest | undefined {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== FORM || body.length > 1024) return undefined;
  const form = formFields(textOf(body));
  if (!form) return undefined;
  const activationCode = form.get('activationCode');
  if (!activationCode || activationCode.length > 128) return undefined;
  return {
    activationCode,
    deviceId: form.get('deviceId') ?? undefined,
    deviceClass: form.get('deviceClass') ?? undefined,
  };
}

const MAX_FIELDS = 8;

/** The fields of a form, none of them twice; `undefined` for what no form produces. Strict, since lenient parsing would be expensive. */
function formFields(text: string): Map<string, string> | undefined {
  const pairs = text.split('&', MAX_FIELDS + 1);
  if (pairs.length > MAX_FIELDS) return undefined;
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    if (split < 0) return undefined;
    const [name, value] = [formText(pair.slice(0, split)), formText(pair.slice(split + 1))];
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

function formText(written: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(written)) return undefined;
  try {
    return decodeURIComponent(written.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}
