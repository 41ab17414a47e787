/** Reading what a request carries: bounded, whole, and as text only if it is well formed. */
import { parse } from 'secure-json-parse';
import type { Request } from './request.ts';

/** Of most requests: the largest is a device definition. Octets. */
export const BODY_LIMIT = 64 * 1024;

/** What was sent cannot be read; `status` is 413 if it is too large, otherwise 400. */
export class UnreadableBody extends Error {
  readonly status: 400 | 413;
  readonly why: 'too-large' | 'unreadable' | 'ill-formed-text';

  constructor(why: UnreadableBody['why']) {
    super(`a body is ${why}`);
    this.why = why;
    this.status = why === 'too-large' ? 413 : 400;
  }
}

/**
 * @param most octets
 * @throws UnreadableBody if there are more, or the sender goes away
 */
export function readOctets({ raw }: Request, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(raw.headers['content-length']) > most) return reject(new UnreadableBody('too-large'));
    // Gone while it was decided whether to read it: nothing more will be heard of it.
    if (raw.destroyed) return reject(new UnreadableBody('unreadable'));
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > most) end(() => reject(new UnreadableBody('too-large')));
      else chunks.push(chunk);
    };
    const onEnd = (): void => end(() => resolve(Buffer.concat(chunks, length)));
    const onError = (): void => end(() => reject(new UnreadableBody('unreadable')));
    const end = (settle: () => void): void => {
      raw.off('data', onData);
      raw.off('end', onEnd);
      raw.off('error', onError);
      raw.off('close', onError);
      settle();
    };
    raw.on('data', onData);
    raw.on('end', onEnd);
    raw.on('error', onError);
    raw.on('close', onError);
  });
}

/** RFC 9110 §8.3.1, without its parameters. */
export const mediaType = (header: string): string => header.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/**
 * @param read for a body that was read before
 * @returns undefined if nothing was sent
 * @throws UnreadableBody also for anything but JSON (RFC 8259) of well-formed text: an escape can write half of a surrogate pair, which the
 * database would store as a different character from the one that was checked
 */
export async function readJson(
  request: Request,
  most = BODY_LIMIT,
  read = () => readOctets(request, most),
): Promise<unknown> {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (type === undefined && coding === undefined && (length === undefined || length === '0'))
    return undefined;
  if (type === undefined || mediaType(type) !== 'application/json') throw new UnreadableBody('unreadable');
  const sent = (await read()).toString();
  let value: unknown;
  try {
    // Refuses `__proto__`, which would become the prototype of whatever copies the object.
    value = parse(sent);
  } catch {
    throw new UnreadableBody('unreadable');
  }
  // Decoding octets makes no half of a pair: only an escape does.
  if (sent.includes('\\u') && !everyText(value, (text) => text.isWellFormed()))
    throw new UnreadableBody('ill-formed-text');
  return value;
}

/** Every name and text in a JSON value. Not recursive: the sender chooses the depth. */
export function everyText(value: unknown, fits: (text: string, name: string) => boolean): boolean {
  const waiting: [name: string, value: unknown][] = [['', value]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [name, item] = next;
    if (typeof item === 'string' && !fits(item, name)) return false;
    if (typeof item !== 'object' || item === null) continue;
    if (Array.isArray(item)) {
      for (const each of item) waiting.push([name, each]);
      continue;
    }
    for (const entry of Object.entries(item)) {
      if (!fits(entry[0], '')) return false;
      waiting.push(entry);
    }
  }
  return true;
}
