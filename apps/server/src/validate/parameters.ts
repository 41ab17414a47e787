/**
 * What a request to the validate API carries, in any of the ways that clients send it: the query, a form, multipart/form-data or JSON.
 *
 * Every name counts once. A name that is there twice, as `user[]`, a list or an object, and text that no name or passcode can have, are
 * refused, since the client and the server might read them differently.
 */
import { Busboy } from '@fastify/busboy';
import { BODY_LIMIT, mediaType, readJson, readOctets, UnreadableBody } from '../web/body.ts';
import type { Request } from '../web/request.ts';

const NAMES = [
  'user',
  'serial',
  'pass',
  'realm',
  'transaction_id',
  'client',
  'username',
  'password',
] as const;
type ParameterName = (typeof NAMES)[number];
export type Parameters = Readonly<Partial<Record<ParameterName, string>>>;

/** Other names of the same: of FreeRADIUS's module, and of LinOTP's clients. */
const ALIASES: Readonly<Record<string, ParameterName>> = {
  state: 'transaction_id',
  transactionid: 'transaction_id',
};

const MAX_VALUE = 1_024;
const MAX_PARTS = 30;

/** A parameter that cannot be read; for the client's log. */
export class BadParameter extends Error {
  readonly parameter: string;

  constructor(parameter: string) {
    super(`${parameter} cannot be read`);
    this.parameter = parameter;
  }
}

const nameOf = (written: string): ParameterName | undefined =>
  NAMES.find((name) => name === written) ?? (Object.hasOwn(ALIASES, written) ? ALIASES[written] : undefined);

/**
 * Clients that percent-encode once. Others do it twice, or are treated as if they did: privacyIDEA decodes what they send in a form or a
 * query once more.
 */
const ENCODE_ONCE = new Set(['privacyidea-cp', 'privacyidea-ldap-proxy', 'simplesamlphp']);

/** The first product (RFC 9110 §10.1.5). */
const productOf = (userAgent: string | undefined): string =>
  /^[^\s/(]+/.exec(userAgent ?? '')?.[0].toLowerCase() ?? '';

/** What is no percent-encoding stays as it is. */
const decodeOnceMore = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());

/**
 * @throws BadParameter
 * @throws UnreadableBody
 */
export async function readParameters(request: Request): Promise<Parameters> {
  const read: Partial<Record<ParameterName, string>> = {};
  const put = (written: string, value: unknown, decode: (text: string) => string): void => {
    // As PHP and others write lists: it would be a list to them.
    const name = nameOf(written.replace(/\[.*$/, ''));
    if (!name) return;
    if (written.includes('[') || typeof value !== 'string' || read[name] !== undefined)
      throw new BadParameter(name);
    const text = decode(value);
    if (text.length > MAX_VALUE || text.includes('\0') || !text.isWellFormed()) throw new BadParameter(name);
    read[name] = text;
  };
  const decode = ENCODE_ONCE.has(productOf(request.headers['user-agent']))
    ? (text: string) => text
    : decodeOnceMore;
  for (const [name, value] of Object.entries(request.query)) put(name, value, decode);
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && (length === undefined || length === '0')) return read;
  const octets = (): Promise<Buffer> => readOctets(request, BODY_LIMIT);
  switch (mediaType(type ?? '')) {
    case 'application/x-www-form-urlencoded':
      for (const [name, value] of new URLSearchParams((await octets()).toString())) put(name, value, decode);
      break;
    case 'multipart/form-data':
      for (const [name, value] of await readParts(type ?? '', await octets())) put(name, value, decode);
      break;
    case 'application/json':
      for (const [name, value] of Object.entries((await readJson(request)) ?? {}))
        put(name, value, (text) => text);
      break;
    default:
      throw new UnreadableBody('unreadable');
  }
  return read;
}

/** RFC 7578. Files, and more or longer parts than any client sends, are refused. */
function readParts(type: string, octets: Buffer): Promise<[string, string][]> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new UnreadableBody('unreadable'));
    const parts: [string, string][] = [];
    try {
      const reader = new Busboy({
        headers: { 'content-type': type },
        limits: {
          parts: MAX_PARTS,
          fields: MAX_PARTS,
          files: 0,
          fieldSize: 4 * MAX_VALUE,
          headerPairs: 20,
          headerSize: 2_048,
        },
      });
      reader.on('field', (name, value, nameCut, valueCut) => {
        // One without a name has none, whatever the types say.
        if (typeof name !== 'string' || nameCut || valueCut) refuse();
        else parts.push([name, value]);
      });
      for (const event of ['file', 'filesLimit', 'partsLimit', 'fieldsLimit', 'error'] as const)
        reader.on(event as 'error', refuse);
      reader.on('finish', () => resolve(parts));
      reader.end(octets);
    } catch {
      refuse();
    }
  });
}
