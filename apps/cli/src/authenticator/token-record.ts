/** A token as the authenticator keeps it, and the check of what came back from a file. */

import { isDeviceId } from '@sower/ctkip/authenticator/device';
import type { KeptToken } from '@sower/ctkip/authenticator/kept-token';

export type TokenRecord = KeptToken & {
  /** Base64. */
  readonly seed: string;
  /** hotp: the counter of the next code. */
  readonly counter: number;
  /** Where it came from. */
  readonly server: string;
  /** ISO 8601. */
  readonly importedAt: string;
};

export type Contents = {
  /** 24 upper-case hex digits, made once. */
  readonly deviceId: string;
  readonly tokens: readonly TokenRecord[];
};

/** The contents in a decrypted document; undefined when it is something else. */
export function contentsIn(document: unknown): Contents | undefined {
  if (!isObject(document) || !isText(document.deviceId) || !isDeviceId(document.deviceId)) return undefined;
  if (!Array.isArray(document.tokens) || !document.tokens.every(isRecord)) return undefined;
  return { deviceId: document.deviceId, tokens: document.tokens };
}

function isRecord(value: unknown): value is TokenRecord {
  return (
    isObject(value) &&
    isText(value.serial) &&
    (value.algorithm === 'securid' || value.algorithm === 'totp' || value.algorithm === 'hotp') &&
    (value.hash === 'sha1' || value.hash === 'sha256') &&
    Number.isInteger(value.digits) &&
    Number.isInteger(value.interval) &&
    typeof value.addPin === 'boolean' &&
    isText(value.seed) &&
    Number.isSafeInteger(value.counter) &&
    isText(value.server) &&
    isText(value.importedAt) &&
    (value.expiresOn === undefined || isText(value.expiresOn)) &&
    (value.userId === undefined || isText(value.userId))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
