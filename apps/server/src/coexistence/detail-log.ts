/** Reads what a FreeRADIUS has written down of requests (rlm_detail): a line with the time, an attribute on each line, an empty line. */

export type LoggedRequest = {
  readonly userName: string;
  readonly password: string;
  /** When it came, epoch milliseconds. */
  readonly at: number;
  /** Address of the client that sent it, if the log has the header of packets. */
  readonly source: string | undefined;
};

const ATTRIBUTE = /^\s+([\w-]+)\s*[:+]?=\s*(.*)$/;
const QUOTED = /^(["'])(.*)\1$/;
const SOURCES = ['Packet-Src-IP-Address', 'Packet-Src-IPv6-Address', 'Client-IP-Address'] as const;

/**
 * @param onOther called for each entry that says nothing about a passcode: without a password, as with CHAP and EAP; an answer to a challenge;
 * or accounting
 */
export async function* loggedRequests(
  lines: AsyncIterable<string>,
  onOther: () => void = () => {},
): AsyncGenerator<LoggedRequest> {
  let entry = new Map<string, string>();
  const end = (): LoggedRequest | undefined => {
    const ended = entry;
    entry = new Map();
    return ended.size === 0 ? undefined : requestOf(ended, onOther);
  };
  for await (const line of lines) {
    const [, name, value = ''] = ATTRIBUTE.exec(line) ?? [];
    if (name !== undefined) {
      if (!entry.has(name)) entry.set(name, unquoted(value.trimEnd()));
      continue;
    }
    // An empty line, or the time with which the next one begins.
    const request = end();
    if (request) yield request;
  }
  const last = end();
  if (last) yield last;
}

function requestOf(entry: ReadonlyMap<string, string>, onOther: () => void): LoggedRequest | undefined {
  const [userName, password] = [entry.get('User-Name'), entry.get('User-Password')];
  const seconds = Number(entry.get('Timestamp'));
  const isRequest = (entry.get('Packet-Type') ?? 'Access-Request') === 'Access-Request';
  if (
    !isRequest ||
    userName === undefined ||
    password === undefined ||
    entry.has('State') ||
    !(seconds > 0)
  ) {
    onOther();
    return undefined;
  }
  const source = SOURCES.map((name) => entry.get(name)).find((address) => address !== undefined);
  return { userName, password, at: seconds * 1_000, source };
}

const PLAIN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** In quotes, an octet may be written as three octal digits, whatever character it is a part of. */
function unquoted(value: string): string {
  const inner = QUOTED.exec(value)?.[2];
  if (inner === undefined) return value;
  const octets = Buffer.from(inner, 'utf8')
    .toString('latin1')
    .replace(/\\(?:([0-3][0-7]{2})|(.))/gs, (_, octal: string | undefined, escaped: string | undefined) =>
      octal === undefined
        ? (PLAIN[escaped ?? ''] ?? escaped ?? '')
        : String.fromCharCode(Number.parseInt(octal, 8)),
    );
  return Buffer.from(octets, 'latin1').toString('utf8');
}
