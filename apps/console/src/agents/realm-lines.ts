/** Realms as the text of a field: one per line, `realm = security domain`. */
import { readRealm } from '@sower/api/agents';

type Realm = NonNullable<ReturnType<typeof readRealm>>;

/** @returns the realms, or the number of the first line that is none */
export function readRealms(
  text: string,
): { readonly ok: true; readonly realms: Realm[] } | { readonly ok: false; readonly line: number } {
  const realms: Realm[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const realm = readRealm(line);
    if (!realm) return { ok: false, line: index + 1 };
    realms.push(realm);
  }
  return { ok: true, realms };
}
