/**
 * A URL of PostgreSQL with what libpq has and node-postgres lacks: several hosts, `target_session_attrs` and `connect_timeout`.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */

export type PostgresqlEndpoints = {
  /** For each host a URL as node-postgres takes it, in their order. */
  readonly urls: readonly string[];
  /** Only a host that accepts writes will do. */
  readonly writable: boolean;
  /** How long connecting to a host may take. */
  readonly connectMilliseconds: number;
};

const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^@/?#]*)([^?#]*)(?:\?([^#]*))?$/;
/** One port for each host or none, as `h1:5432,[fd00::2]:5433,h3`. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[^:,[\]\s]+)(?::\d{1,5})?$/i;
const WRITES = ['read-write', 'primary'];
const CONNECT_SECONDS = { usual: 5, least: 1, most: 60 } as const;

/** @returns the sentence that says what is wrong with it, if something is */
export function readPostgresqlUrl(text: string): PostgresqlEndpoints | string {
  const parts = PARTS.exec(text);
  if (!parts) return 'must be postgresql://USER:PASSWORD@HOST/NAME or sqlite:FILE.';
  const [, before = '', authority = '', path = '', query = ''] = parts;
  const words = new URLSearchParams(query);
  const hosts = authority.split(',');
  if (words.get('host')?.includes(',') || words.get('port')?.includes(','))
    return 'takes several hosts before the path only, as postgresql://h1:5432,h2:5432/NAME.';
  if (hosts.length > 1 && !hosts.every((host) => HOST.test(host)))
    return 'takes several hosts as postgresql://h1:5432,h2:5432/NAME.';
  const target = words.get('target_session_attrs') ?? (hosts.length > 1 ? 'read-write' : 'any');
  if (target !== 'any' && !WRITES.includes(target))
    return 'takes target_session_attrs=read-write, primary or any: a server has to write.';
  const seconds = Number(words.get('connect_timeout') ?? CONNECT_SECONDS.usual);
  if (!Number.isInteger(seconds) || seconds < CONNECT_SECONDS.least || seconds > CONNECT_SECONDS.most)
    return `takes connect_timeout from ${CONNECT_SECONDS.least} to ${CONNECT_SECONDS.most} seconds.`;
  words.delete('target_session_attrs');
  words.delete('connect_timeout');
  const after = `${path}${words.size > 0 ? `?${words}` : ''}`;
  const urls = hosts.map((host) => `${before}${host}${after}`);
  if (!urls.every((url) => URL.canParse(url)))
    return 'must be postgresql://USER:PASSWORD@HOST/NAME or sqlite:FILE.';
  return { urls, writable: target !== 'any', connectMilliseconds: seconds * 1_000 };
}

/** Where it is, for people: without user and password. */
export function hostOf(url: string): string {
  return PARTS.exec(url)?.[2] || (new URL(url).searchParams.get('host') ?? 'localhost');
}
