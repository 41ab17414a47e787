/** Realms as the text of a field: one per line, `realm = security domain`. */
import { readRealm } from '@sower/api/agents';
import { readLines } from './reply-attributes.ts';

export function readRealms(text: string) {
  const read = readLines(text, readRealm);
  return read.ok ? { ok: true as const, realms: read.values } : read;
}
