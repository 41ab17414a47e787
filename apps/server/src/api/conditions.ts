/**
 * Conditional requests (RFC 9110 §13) of what has a version. An entity tag is the version, and a hash of the rest of what was answered: an
 * edit compares the version alone, a reader wants to know whether anything changed.
 */
import { createHash } from 'node:crypto';

const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const LIST = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;
/** Each is tried until one fits. */
const MAX_TAGS = 8;
/** No row has it. */
const NO_VERSION = -1;

/** The tag of an answer, if what it shows has a version. */
export function entityTag(value: unknown): string | undefined {
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version !== 'number') return undefined;
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
  return `"${version}-${hash}"`;
}

/**
 * The versions that If-Match names. `*` names none, so it counts as absent: the edit would overwrite whatever is there. A weak tag fits
 * nothing (RFC 9110 §13.1.1), and neither does one that is not of ours.
 */
export function versionsIn(header: string | undefined): readonly number[] | 'absent' | 'malformed' {
  if (header === undefined || header.trim() === '*') return 'absent';
  if (!LIST.test(header)) return 'malformed';
  const tags = [...header.matchAll(TAG)];
  if (tags.length > MAX_TAGS) return 'malformed';
  const versions = tags.flatMap(([, weak, tag = '']) => {
    const version = weak === undefined ? /^(0|[1-9]\d{0,8})(?:-[\w-]{16})?$/.exec(tag)?.[1] : undefined;
    return version === undefined ? [] : [Number(version)];
  });
  return versions.length === 0 ? [NO_VERSION] : [...new Set(versions)];
}

/** Whether If-None-Match names what would be answered (weak comparison, RFC 9110 §13.1.2). */
export function isUnchanged(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || [...header.matchAll(TAG)].some(([, , opaque]) => `"${opaque}"` === tag);
}
