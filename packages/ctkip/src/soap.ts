/**
 * The deployed binding: base64 of ProvisioningData and of the message inside SOAP 1.1, together with the activation code.
 *
 * Matches deployed servers to the byte. The content of the base64 is up to `decode.ts` and `provisioning-data.ts`, the HTTP around it to
 * `http.ts`.
 */

import { base64 } from '@sower/bytes/base64';
import { child, DEFAULT_LIMITS, escapeText, readXml, type XmlElement } from '@sower/xml';
import { XML_SCHEMA, XML_SCHEMA_INSTANCE } from './algorithms.ts';
import { fromBase64 } from './octets.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SERVICE = 'http://ctkipservice.rsasecurity.com';

/** Maximum characters of AuthData and octets of ProvisioningData. */
export const SOAP_LIMITS = { authData: 128, provisioningData: 8192 } as const;

/** SOAP 1.1 §3 forbids processing instructions. */
const ENVELOPE = { ...DEFAULT_LIMITS, maxInstructions: 0 };

export type SoapRequest = {
  /** The activation code exactly as received: the response must repeat it. */
  readonly authData: string;
  /** May be empty, and need not be XML. */
  readonly provisioningData: Uint8Array;
  /** The message. */
  readonly request: Uint8Array;
};

export type SoapResponse = {
  readonly authData: string;
  readonly provisioningData: Uint8Array;
  readonly response: Uint8Array;
};

export type SoapFault = { readonly code: string; readonly text: string };

export type SoapDecoded<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

/** Reads a client's envelope. A failure means HTTP 400. */
export function decodeSoapRequest(bytes: Uint8Array | string): SoapDecoded<SoapRequest> {
  const content = carried(bytes, 'ClientRequest', 'Request');
  if ('reason' in content) return { ok: false, reason: content.reason };
  const { authData, provisioningData, pdu } = content;
  return { ok: true, authData, provisioningData, request: pdu };
}

/** Reads a server's envelope: a response, or a fault. */
export function decodeSoapResponse(
  bytes: Uint8Array | string,
): SoapDecoded<SoapResponse | { readonly fault: SoapFault }> {
  const content = carried(bytes, 'ServerResponse', 'Response');
  if ('fault' in content) return { ok: true, fault: content.fault };
  if ('reason' in content) return { ok: false, reason: content.reason };
  const { authData, provisioningData, pdu } = content;
  return { ok: true, authData, provisioningData, response: pdu };
}

type Carried =
  | { readonly authData: string; readonly provisioningData: Uint8Array; readonly pdu: Uint8Array }
  | { readonly fault: SoapFault; readonly reason: string }
  | { readonly reason: string };

function carried(bytes: Uint8Array | string, wrapper: string, pduName: string): Carried {
  const document = readXml(bytes, ENVELOPE);
  if (!document.ok) return { reason: document.reason };
  const { root } = document;
  const body = root.name === 'Envelope' ? child(root, 'Body') : undefined;
  if (!body) return { reason: 'not a SOAP envelope' };
  const fault = descendant(body, 'Fault');
  if (fault) {
    const text = (name: string) => child(fault, name)?.text ?? '';
    return { reason: 'a fault', fault: { code: text('faultcode').trim(), text: text('faultstring') } };
  }
  // Clients generated from a service description may wrap it once more.
  const element = descendant(body, wrapper);
  if (!element) return { reason: `no ${wrapper}` };
  const field = (name: string): string | undefined => {
    const found = element.children.filter((candidate) => candidate.name === name);
    return found.length > 1 || found[0]?.children.length ? undefined : (found[0]?.text ?? '');
  };
  const authData = field('AuthData');
  const provisioningData = fromBase64(field('ProvisioningData') ?? '?');
  const pdu = fromBase64(field(pduName) ?? '?');
  if (authData === undefined || authData.length > SOAP_LIMITS.authData) return { reason: 'bad AuthData' };
  if (!provisioningData || provisioningData.length > SOAP_LIMITS.provisioningData) {
    return { reason: 'bad ProvisioningData' };
  }
  if (!pdu || pdu.length === 0) return { reason: `bad ${pduName}` };
  return { authData, provisioningData, pdu };
}

/** The first descendant with this name, in document order. The reader limits the depth. */
function descendant(element: XmlElement, name: string): XmlElement | undefined {
  for (const candidate of element.children) {
    const found = candidate.name === name ? candidate : descendant(candidate, name);
    if (found) return found;
  }
  return undefined;
}

export function encodeSoapRequest({ authData, provisioningData, request }: SoapRequest): string {
  return envelope(payload('ClientRequest', authData, provisioningData, 'Request', request));
}

/**
 * The server's envelope. In answer to a ClientHello, `provisioningData` must be the client's own octets: some clients send what no XML
 * writer would reproduce.
 */
export function encodeSoapResponse({ authData, provisioningData, response }: SoapResponse): string {
  return envelope(payload('ServerResponse', authData, provisioningData, 'Response', response));
}

function payload(
  wrapper: string,
  authData: string,
  provisioningData: Uint8Array,
  pduName: string,
  pdu: Uint8Array,
): string[] {
  return [
    `    <${wrapper} xmlns="${SERVICE}">`,
    `      <AuthData>${escapeText(authData)}</AuthData>`,
    `      <ProvisioningData>${base64(provisioningData)}\n</ProvisioningData>`,
    `      <${pduName}>${base64(pdu)}\n</${pduName}>`,
    `    </${wrapper}>`,
  ];
}

function envelope(body: readonly string[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<soapenv:Envelope xmlns:soapenv="${SOAP}" xmlns:xsd="${XML_SCHEMA}" xmlns:xsi="${XML_SCHEMA_INSTANCE}">`,
    '  <soapenv:Body>',
    ...body,
    '  </soapenv:Body>',
    '</soapenv:Envelope>',
  ].join('\n');
}

/** The answer of deployed servers, with HTTP 200, to an activation code that they do not accept, whatever the cause. */
export const INVALID_CODE = {
  exception: 'com.rsa.command.exception.InsufficientPrivilegeException',
  message: 'Invalid authorization code.',
} as const;

const FAULT_CODE = 'soapenv:Server.userException';
const FAULT_PREFIX = 'java.rmi.RemoteException: The CT-KIP Web Service failed to process a client request. ';
const FAULT_NESTED = ';nested exception is: ';

/** A fault in the only form that deployed clients can display. */
export function encodeSoapFault({
  exception,
  message,
}: {
  readonly exception: string;
  readonly message: string;
} = INVALID_CODE): string {
  const cause = `${exception}: ${message}`;
  const text = `${FAULT_PREFIX}${cause}${FAULT_NESTED}\n\t${cause}`;
  return envelope([
    '    <soapenv:Fault>',
    `      <faultcode>${FAULT_CODE}</faultcode>`,
    `      <faultstring>${escapeText(text)}</faultstring>`,
    '    </soapenv:Fault>',
  ]);
}

/** The readable message of a fault: what follows the innermost exception's class, or all of it. */
export function faultMessage(fault: SoapFault): string {
  const nested = fault.text.lastIndexOf(FAULT_NESTED);
  const cause = nested < 0 ? fault.text : fault.text.slice(nested + FAULT_NESTED.length);
  const split = /^\s*[\w.$]+: ([\s\S]*)$/.exec(cause);
  return (split?.[1] ?? cause).trim();
}
