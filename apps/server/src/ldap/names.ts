/** Distinguished names (RFC 4514), to compare them: servers write one name in several ways. */

/** The same for all ways to write a name: case, spaces around separators, and what is escaped how. Its parts begin with the entry itself. */
export function nameKey(name: string): string {
  const parts: string[] = [];
  let part = '';
  const octets: number[] = [];
  const flush = (): void => {
    if (octets.length > 0) part += Buffer.from(octets.splice(0)).toString('utf8');
  };
  for (let at = 0; at < name.length; at += 1) {
    const character = name[at] as string;
    if (character === '\\') {
      const pair = name.slice(at + 1, at + 3);
      if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
        octets.push(Number.parseInt(pair, 16));
        at += 2;
        continue;
      }
      flush();
      part += name[at + 1] ?? '';
      at += 1;
      continue;
    }
    flush();
    if (character === ',' || character === ';') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  flush();
  parts.push(part);
  return parts.map(folded).join('\u0000');
}

/** The same as {@link nameKey}, as text: to keep and to show. It is a name itself. */
export const keptName = (name: string): string =>
  nameKey(name)
    .split('\u0000')
    .map((part) => part.replace(/[\\,;]/g, '\\$&'))
    .join(',');

function folded(part: string): string {
  const equals = part.indexOf('=');
  const [type, value] = equals < 0 ? ['', part] : [part.slice(0, equals), part.slice(equals + 1)];
  return `${type.trim()}=${value.trim().replace(/ {2,}/g, ' ')}`.normalize('NFKC').toLowerCase();
}

/** Whether an entry is at a place or below. @param key of the entry, and so is `place` */
export const isAtOrBelow = (key: string, place: string): boolean =>
  key === place || key.endsWith(`\u0000${place}`);

/** `ou=people,dc=example,dc=com`, and nothing that only looks like it. */
export const isName = (name: string): boolean =>
  name.length <= 1024 &&
  nameKey(name)
    .split('\u0000')
    .every((part) => /^[a-z0-9.-]+=./.test(part));
