/** Distinguished names (RFC 4514), to compare them: servers write one name in several ways. */

/** Between the parts of a key, and between the values of a part that has several. Neither is in a value. */
const PART = '\u0000';
const VALUE = '\u0001';
/** After a plus sign that separates two values of a part: another type. Servers escape any other. */
const ANOTHER_VALUE = /\s*(?:[A-Za-z][A-Za-z0-9-]*|[0-9][0-9.]*)\s*=/y;

/** The same for all ways to write a name: case, spaces around separators, and what is escaped how. Its parts begin with the entry itself. */
export function nameKey(name: string): string {
  const parts: string[] = [];
  let values: string[] = [];
  let text = '';
  const octets: number[] = [];
  const flush = (): void => {
    if (octets.length > 0) text += Buffer.from(octets.splice(0)).toString('utf8');
  };
  const endValue = (): void => {
    values.push(folded(text));
    text = '';
  };
  const endPart = (): void => {
    endValue();
    parts.push(values.sort().join(VALUE));
    values = [];
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
      text += name[at + 1] ?? '';
      at += 1;
      continue;
    }
    flush();
    ANOTHER_VALUE.lastIndex = at + 1;
    if (character === ',' || character === ';') endPart();
    else if (character === '+' && ANOTHER_VALUE.test(name)) endValue();
    else text += character;
  }
  flush();
  endPart();
  return parts.join(PART);
}

/** The same as {@link nameKey}, as text: to keep, to show, and to ask a server for. It is a name itself. */
export const keptName = (name: string): string =>
  nameKey(name)
    .split(PART)
    .map((part) => part.split(VALUE).map(escaped).join('+'))
    .join(',');

/** RFC 4514 §2.4 */
const escaped = (value: string): string =>
  value.replace(/[\\,;+"<>]/g, '\\$&').replace(/^([^=]*=)#/, '$1\\#');

function folded(part: string): string {
  const equals = part.indexOf('=');
  const [type, value] = equals < 0 ? ['', part] : [part.slice(0, equals), part.slice(equals + 1)];
  return `${type.trim()}=${value.trim().replace(/ {2,}/g, ' ')}`
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(PART, '\ufffd')
    .replaceAll(VALUE, '\ufffd');
}

/** Whether an entry is at a distinguished name or below. @param key of the entry, and so is `place` */
export const isAtOrBelow = (key: string, base: string): boolean =>
  key === base || key.endsWith(`${PART}${base}`);

/** `ou=people,dc=example,dc=com`, and nothing that only looks like it. */
export const isName = (name: string): boolean =>
  name.length <= 1024 &&
  nameKey(name)
    .split(PART)
    .flatMap((part) => part.split(VALUE))
    .every((value) => /^[a-z0-9.-]+=./.test(value));
