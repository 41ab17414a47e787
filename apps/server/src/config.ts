/**
 * Configuration: what the process needs before it has a database. From options, then the environment; all mistakes are reported at once.
 * Settings stored in the database are in packages/api/src/settings.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AuditPlace, readForwarding } from './audit/forward/places.ts';
import { type HsmPlace, isHsmUri, readHsmUri } from './keys/hsm/uri.ts';
import type { BackupPlan } from './operations/backup/make.ts';
import type { DatabaseLocation } from './store/db/open.ts';
import { readPostgresqlUrl } from './store/db/postgresql/url.ts';

/** Every option: its environment variable, its argument, its meaning. `sower serve --help` prints this table. */
export const OPTIONS = {
  data: {
    env: 'SOWER_DATA',
    takes: 'DIR',
    text: 'Data folder: keys, certificate, SQLite database. Default ./data',
  },
  listen: { env: 'SOWER_LISTEN', takes: 'HOST:PORT', text: 'Address to listen on. Default 127.0.0.1:8443' },
  'public-url': {
    env: 'SOWER_PUBLIC_URL',
    takes: 'URL',
    text: 'The URL that clients use, such as https://otp.example.com. Default https://localhost:PORT',
  },
  database: {
    env: 'SOWER_DATABASE',
    takes: 'URL',
    text: 'postgresql://… for PostgreSQL, if need be with several hosts, one of which is the primary (postgresql://h1,h2/NAME?target_session_attrs=read-write). Do not put a password on the command line, where others on the host can read it: use the variable or --database-file. Default: a SQLite file in the data folder',
  },
  'database-file': {
    env: 'SOWER_DATABASE_FILE',
    takes: 'FILE',
    text: 'File that contains the URL of the database; replaces --database',
  },
  'asynchronous-replication': {
    env: 'SOWER_ASYNCHRONOUS_REPLICATION',
    takes: '',
    text: 'Report ready even if PostgreSQL confirms a commit before its own disk has it (synchronous_commit = off). What was accepted in the last moments before a crash can then be lost, and those passcodes are accepted a second time. Default: not ready',
  },
  'master-key-file': {
    env: 'SOWER_MASTER_KEY_FILE',
    takes: 'FILE',
    text: 'File with the master key: 32 octets, as they are, in base64 or in hexadecimal; or, if it is in an HSM, its PKCS#11 URI. Default: master.key in the data folder, made at the first start',
  },
  'master-key-command': {
    env: 'SOWER_MASTER_KEY_COMMAND',
    takes: 'COMMAND',
    text: 'Instead of a file: a shell command that prints the master key, such as systemd-creds decrypt /etc/sower/master.cred -',
  },
  processes: {
    env: 'SOWER_PROCESSES',
    takes: 'NUMBER',
    text: 'Processes that share the work of this server. Default: on Linux with PostgreSQL one for each core, at most 8; otherwise 1',
  },
  'tls-certificate': {
    env: 'SOWER_TLS_CERTIFICATE',
    takes: 'FILE',
    text: "Certificate chain (PEM), read again when it changes. Default: a certificate issued at the first start by a CA of the server's own",
  },
  'tls-key': { env: 'SOWER_TLS_KEY', takes: 'FILE', text: 'Private key of the certificate (PEM)' },
  'tls-old-clients': {
    env: 'SOWER_TLS_OLD_CLIENTS',
    takes: '',
    text: 'Also accept TLS 1.2 with CBC or without forward secrecy, for authenticators and RADIUS clients that support nothing else. Anyone who records this traffic and later steals the key can read it. Default: only TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20',
  },
  'acme-listen': {
    env: 'SOWER_ACME_LISTEN',
    takes: 'HOST:PORT',
    text: 'Answer certificate authorities over plain HTTP on this address, such as 0.0.0.0:80, for certificates by ACME (HTTP-01); all other requests are redirected to the public URL. Default: off',
  },
  'acme-dns-command': {
    env: 'SOWER_ACME_DNS_COMMAND',
    takes: 'COMMAND',
    text: 'For certificates by ACME with DNS-01: a shell command that adds or removes (SOWER_ACME_ACTION) the TXT record SOWER_ACME_NAME with the value SOWER_ACME_VALUE, and ends only once the change is visible',
  },
  'plain-http': {
    env: 'SOWER_PLAIN_HTTP',
    takes: '',
    text: 'Serve HTTP without TLS. Only behind a proxy on the same host or a private network: activation codes travel in the clear',
  },
  'trusted-proxies': {
    env: 'SOWER_TRUSTED_PROXIES',
    takes: 'ADDRESSES',
    text: 'Addresses or CIDR ranges, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are trusted. No other such header is read: a proxy passes on Host. Default: none',
  },
  'authenticator-origins': {
    env: 'SOWER_AUTHENTICATOR_ORIGINS',
    takes: 'ORIGINS',
    text: 'Other origins, separated by commas, that host the web authenticator, such as https://authenticator.example.com; * for any. Default: only the one at /authenticator',
  },
  'console-hosts': {
    env: 'SOWER_CONSOLE_HOSTS',
    takes: 'NAMES',
    text: 'Host names, separated by commas, under which the Security Console is served. Default: all',
  },
  'self-service-hosts': {
    env: 'SOWER_SELF_SERVICE_HOSTS',
    takes: 'NAMES',
    text: 'Host names, separated by commas, under which the Self-Service Console is served. Default: all',
  },
  'server-key-bits': {
    env: 'SOWER_SERVER_KEY_BITS',
    takes: '1024|2048|3072|4096',
    text: 'Size of the RSA key generated at the first start. Default 2048. 1024 is weak: use it only for old clients that refuse more',
  },
  'wrong-codes': {
    env: 'SOWER_WRONG_CODES',
    takes: 'NUMBER',
    text: 'Wrong activation codes, or failed logons, that a source address may send in a burst; another is allowed every six seconds. An IPv6 /56 may send twice as many, a /48 and an IPv4 /24 four times as many; at fifty times as many wrong codes from everywhere together, unknown sources are slowed down. Default 20. More makes guessing faster',
  },
  'metrics-listen': {
    env: 'SOWER_METRICS_LISTEN',
    takes: 'HOST:PORT',
    text: 'Serve /metrics, and /healthz and /readyz too, over plain HTTP on a separate listener, such as 127.0.0.1:9464. Default: off; no other port serves /metrics',
  },
  'api-docs': {
    env: 'SOWER_API_DOCS',
    takes: '',
    text: 'Serve the description of the API (/api/openapi.json) and its pages (/api/docs) to everyone. Default: off',
  },
  'connections-per-source': {
    env: 'SOWER_CONNECTIONS_PER_SOURCE',
    takes: 'NUMBER',
    text: 'Connections that one IPv4 address or IPv6 /64 may have open at once; trusted proxies may have any number. Default 500',
  },
  radius: {
    env: 'SOWER_RADIUS',
    takes: 'HOST:PORT',
    text: 'Serve RADIUS over UDP on this address, such as 0.0.0.0:1812, or [::]:1812 for IPv4 and IPv6. Default: off',
  },
  'radius-accounting': {
    env: 'SOWER_RADIUS_ACCOUNTING',
    takes: 'HOST:PORT',
    text: 'Accept RADIUS accounting on this address, such as 0.0.0.0:1813. Default: off',
  },
  radsec: {
    env: 'SOWER_RADSEC',
    takes: 'HOST:PORT',
    text: "Serve RADIUS over TLS (RFC 6614) on this address, such as 0.0.0.0:2083, with the server's TLS certificate. Default: off",
  },
  'backup-folder': {
    env: 'SOWER_BACKUP_FOLDER',
    takes: 'DIR',
    text: 'Folder for backups, which this process makes and deletes at set times. Default: this process makes no backups',
  },
  'backup-command': {
    env: 'SOWER_BACKUP_COMMAND',
    takes: 'COMMAND',
    text: 'Instead of a folder: a shell command that reads a backup from its standard input and stores it under the name in SOWER_BACKUP_NAME. It also has to delete old backups',
  },
  'backup-recipients': {
    env: 'SOWER_BACKUP_RECIPIENTS',
    takes: 'AGE1…',
    text: 'Age public keys, separated by commas: whoever has the private key of one can read the backups. Keep the private keys off this host',
  },
  'backup-key-recipient': {
    env: 'SOWER_BACKUP_KEY_RECIPIENT',
    takes: 'AGE1…',
    text: 'A different age public key: each backup then also contains the master key, encrypted to it. Default: the master key is in no backup, and has to be kept elsewhere',
  },
  'backup-keep': {
    env: 'SOWER_BACKUP_KEEP',
    takes: 'NUMBER',
    text: 'How many backups stay in the folder. Default 14',
  },
  'backup-keep-days': {
    env: 'SOWER_BACKUP_KEEP_DAYS',
    takes: 'DAYS',
    text: 'Delete backups that are older than this, but never the latest. Default: age does not matter',
  },
  'audit-forward': {
    env: 'SOWER_AUDIT_FORWARD',
    takes: 'URLS',
    text: 'Where the audit trail is forwarded to, separated by commas: syslog+tls://HOST:6514, https://… (a webhook), file:PATH, stdout:. ?format=cef sends CEF over syslog, ?ca=FILE names the authority to trust, ?from=start begins with the first row. Default: nowhere',
  },
  'audit-forward-key-file': {
    env: 'SOWER_AUDIT_FORWARD_KEY_FILE',
    takes: 'FILE',
    text: 'Key that signs what is sent to webhooks, in the form of Standard Webhooks: whsec_ and 24 to 64 octets in base64',
  },
  'audit-forward-plain': {
    env: 'SOWER_AUDIT_FORWARD_PLAIN',
    takes: '',
    text: 'Allow syslog+tcp:// and syslog+udp://. Anyone on the network path can read and change the rows, and over UDP rows can be lost without anyone noticing. Default: off',
  },
  'drain-seconds': {
    env: 'SOWER_DRAIN_SECONDS',
    takes: 'SECONDS',
    text: 'How long to keep serving after SIGTERM while /readyz answers 503, so that a load balancer notices. Default: 10 if /readyz was requested in the last 30 seconds, otherwise 0',
  },
  'access-log': {
    env: 'SOWER_ACCESS_LOG',
    takes: '',
    text: 'One more line in the log for each HTTP request: its ID, who sent it and from where, method, path without search terms, status, milliseconds. It shows who uses the consoles when, and makes up most of the log. Default: off',
  },
  'log-level': {
    env: 'SOWER_LOG_LEVEL',
    takes: 'LEVEL',
    text: 'trace, debug, info, warn, error or silent. Default info',
  },
} as const;

export type Place = { readonly host: string; readonly port: number };

export type Config = {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly database: DatabaseLocation;
  /** Ready even if commits can be lost. */
  readonly asynchronousReplication: boolean;
  readonly processes: number;
  readonly tls:
    | { readonly kind: 'own' }
    | { readonly kind: 'files'; readonly certificate: string; readonly key: string }
    | { readonly kind: 'none' };
  /** Where certificate authorities are answered over plain HTTP; undefined: nowhere. */
  readonly acme: Place | undefined;
  readonly acmeDnsCommand: string | undefined;
  readonly tlsOldClients: boolean;
  readonly trustedProxies: readonly string[];
  readonly authenticatorOrigins: readonly string[];
  /** Empty: every host name. */
  readonly consoleHosts: readonly string[];
  readonly selfServiceHosts: readonly string[];
  readonly serverKeyBits: 1024 | 2048 | 3072 | 4096;
  readonly wrongCodes: number;
  readonly connectionsPerSource: number;
  /** Where metrics are served; undefined: nowhere. */
  readonly metrics: Place | undefined;
  readonly apiDocs: boolean;
  readonly accessLog: boolean;
  /** Where RADIUS is served; undefined: nowhere. */
  readonly radius: {
    readonly authentication: Place | undefined;
    readonly accounting: Place | undefined;
    readonly radsec: Place | undefined;
  };
  /** Undefined: this process makes no backups. */
  readonly backup: BackupPlan | undefined;
  /** To whom the master key in a backup is encrypted. */
  readonly backupKeyRecipient: string | undefined;
  readonly auditForward: readonly AuditPlace[];
  /** How long to keep serving while not ready; undefined: as needed. */
  readonly drainSeconds: number | undefined;
  readonly logLevel: string;
  /** From the environment; otherwise from one of these two, or the file `master.key` in the data folder. */
  readonly masterKey: Uint8Array | HsmPlace | undefined;
  readonly masterKeyFile: string | undefined;
  readonly masterKeyCommand: string | undefined;
};

export type ConfigResult =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

/** By default: each has connections to the database and takes memory. */
const MOST_PROCESSES = 8;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ConfigResult {
  const mistakes: string[] = [];
  const given = new Map<string, string>();
  try {
    const { values, tokens } = parseArgs({
      args: [...argv],
      strict: false,
      tokens: true,
      options: {
        ...Object.fromEntries(
          Object.entries(OPTIONS).map(([name, option]) => [
            name,
            { type: option.takes === '' ? ('boolean' as const) : ('string' as const) },
          ]),
        ),
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { kind: 'help' };
    for (const token of tokens) {
      if (token.kind === 'positional') mistakes.push(`"${token.value}" is not an option of serve.`);
      if (token.kind !== 'option') continue;
      if (!(token.name in OPTIONS)) mistakes.push(`${token.rawName} is not an option of serve.`);
      else if (OPTIONS[token.name as keyof typeof OPTIONS].takes !== '' && token.value === undefined) {
        mistakes.push(`${token.rawName} needs a value.`);
      } else given.set(token.name, token.value ?? 'true');
    }
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
  }
  const option = (name: keyof typeof OPTIONS): string | undefined =>
    given.get(name) ?? (env[OPTIONS[name].env] || undefined);

  const dataFolder = resolve(option('data') ?? 'data');
  const plain = ['true', '1', 'yes'].includes(option('plain-http') ?? '');
  const { host, port } = readPlace('listen', option('listen') ?? '127.0.0.1:8443', 8443, mistakes);
  const place = (name: keyof typeof OPTIONS, usual: number): Place | undefined => {
    const text = option(name);
    return text === undefined ? undefined : readPlace(name, text, usual, mistakes);
  };
  const publicUrl = readPublicUrl(
    option('public-url') ?? `${plain ? 'http' : 'https'}://localhost:${port}`,
    plain,
    mistakes,
  );
  const certificate = option('tls-certificate');
  const key = option('tls-key');
  if ((certificate === undefined) !== (key === undefined)) {
    mistakes.push('--tls-certificate and --tls-key must be given together.');
  }
  for (const file of [certificate, key]) {
    if (file !== undefined && !existsSync(file)) mistakes.push(`There is no file ${file}.`);
  }
  if (plain && certificate !== undefined)
    mistakes.push('--plain-http and --tls-certificate contradict each other.');
  if (plain && option('radsec') !== undefined)
    mistakes.push('--radsec needs a certificate, but with --plain-http there is none.');

  const bits = Number(option('server-key-bits') ?? 2048);
  if (![1024, 2048, 3072, 4096].includes(bits))
    mistakes.push('--server-key-bits must be 1024, 2048, 3072 or 4096.');
  const wrongCodes = Number(option('wrong-codes') ?? 20);
  if (!Number.isInteger(wrongCodes) || wrongCodes < 1)
    mistakes.push('--wrong-codes must be a whole number, 1 or more.');
  const connectionsPerSource = Number(option('connections-per-source') ?? 500);
  if (!Number.isInteger(connectionsPerSource) || connectionsPerSource < 1)
    mistakes.push('--connections-per-source must be a whole number, 1 or more.');
  const drain = option('drain-seconds');
  if (drain !== undefined && !(/^\d{1,3}$/.test(drain) && Number(drain) <= 600))
    mistakes.push('--drain-seconds must be a whole number from 0 to 600.');
  const logLevel = option('log-level') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel)) mistakes.push(`--log-level must be one of ${LOG_LEVELS.join(', ')}.`);
  const trustedProxies = (option('trusted-proxies') ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const proxy of trustedProxies) {
    const [address = '', length] = proxy.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    if (version === 0 || (length !== undefined && !(/^\d{1,3}$/.test(length) && Number(length) <= longest))) {
      mistakes.push(`--trusted-proxies: "${proxy}" is neither an address nor a CIDR range.`);
    }
  }
  const authenticatorOrigins = (option('authenticator-origins') ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const origin of authenticatorOrigins) {
    if (origin !== '*' && URL.parse(origin)?.origin !== origin) {
      mistakes.push(
        `--authenticator-origins: "${origin}" is not an origin, such as https://authenticator.example.com.`,
      );
    }
  }

  const database = readDatabase(
    databaseUrl(option('database'), option('database-file'), mistakes),
    dataFolder,
    mistakes,
  );
  // Only there do several processes listen on one port.
  const linux = process.platform === 'linux';
  const usual =
    database.kind === 'postgresql' && linux ? Math.min(availableParallelism(), MOST_PROCESSES) : 1;
  const processes = Number(option('processes') ?? usual);
  if (!Number.isInteger(processes) || processes < 1 || processes > 64)
    mistakes.push('--processes must be a whole number from 1 to 64.');
  if (processes > 1 && !linux) mistakes.push('--processes: several work on Linux only.');
  const radius = {
    authentication: place('radius', 1812),
    accounting: place('radius-accounting', 1813),
    radsec: place('radsec', 2083),
  };

  const keyFile = option('master-key-file');
  const keySources = [env.SOWER_MASTER_KEY || undefined, keyFile, option('master-key-command')];
  if (keySources.filter((source) => source !== undefined).length > 1)
    mistakes.push('--master-key-file, --master-key-command and SOWER_MASTER_KEY contradict each other.');
  const config: Config = {
    dataFolder,
    host,
    port,
    publicUrl,
    database,
    asynchronousReplication: ['true', '1', 'yes'].includes(option('asynchronous-replication') ?? ''),
    processes,
    tls: plain
      ? { kind: 'none' }
      : certificate !== undefined && key !== undefined
        ? { kind: 'files', certificate: resolve(certificate), key: resolve(key) }
        : { kind: 'own' },
    acme: place('acme-listen', 80),
    acmeDnsCommand: option('acme-dns-command'),
    tlsOldClients: ['true', '1', 'yes'].includes(option('tls-old-clients') ?? ''),
    trustedProxies,
    authenticatorOrigins,
    consoleHosts: readHosts('console-hosts', option('console-hosts'), mistakes),
    selfServiceHosts: readHosts('self-service-hosts', option('self-service-hosts'), mistakes),
    serverKeyBits: bits as Config['serverKeyBits'],
    wrongCodes,
    connectionsPerSource,
    metrics: place('metrics-listen', 9464),
    apiDocs: ['true', '1', 'yes'].includes(option('api-docs') ?? ''),
    accessLog: ['true', '1', 'yes'].includes(option('access-log') ?? ''),
    radius,
    backup: readBackup(option, mistakes),
    backupKeyRecipient: readRecipients('backup-key-recipient', option('backup-key-recipient'), mistakes)[0],
    auditForward: readForwarding(
      {
        places: option('audit-forward'),
        keyFile: option('audit-forward-key-file'),
        plain: ['true', '1', 'yes'].includes(option('audit-forward-plain') ?? ''),
      },
      mistakes,
    ),
    drainSeconds: drain === undefined ? undefined : Number(drain),
    logLevel,
    masterKey: readMasterKey(env.SOWER_MASTER_KEY, mistakes),
    masterKeyFile: keyFile === undefined ? undefined : resolve(keyFile),
    masterKeyCommand: option('master-key-command'),
  };
  return mistakes.length > 0 ? { kind: 'mistakes', mistakes } : { kind: 'config', config };
}

/** Broken at spaces: a terminal would break the names of options and variables too. */
function wrapped(text: string, indent: string, width: number): string {
  const lines = [indent];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line === indent) lines[lines.length - 1] = line + word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines.join('\n');
}

/** @param width of the terminal, in characters */
export function optionsHelp(width = 80): string {
  const lines = Object.entries(OPTIONS).map(([name, { env, takes, text }]) => {
    const left = `  --${name}${takes === '' ? '' : ` ${takes}`}`;
    return `${left}\n${wrapped(`${text}. [${env}]`, '      ', width)}`;
  });
  const key = wrapped(
    'SOWER_MASTER_KEY: 32 octets in base64 or hexadecimal, or the PKCS#11 URI of a key in an HSM, instead of the file master.key in the data folder.',
    '',
    width,
  );
  return `Usage: sower serve [options]\n\n${lines.join('\n')}\n\n${key}`;
}

const RECIPIENT = /^age1[0-9a-z]{20,4000}$/;

function readRecipients(name: string, text: string | undefined, mistakes: string[]): string[] {
  const recipients = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const recipient of recipients)
    if (!RECIPIENT.test(recipient))
      mistakes.push(`--${name} takes public keys of age, which begin with age1; not "${recipient}".`);
  return recipients;
}

function readBackup(
  option: (name: keyof typeof OPTIONS) => string | undefined,
  mistakes: string[],
): BackupPlan | undefined {
  const folder = option('backup-folder');
  const command = option('backup-command');
  const recipients = readRecipients('backup-recipients', option('backup-recipients'), mistakes);
  const whole = (name: keyof typeof OPTIONS): number | undefined => {
    const text = option(name);
    if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text))
      mistakes.push(`--${name} must be a whole number, 1 or more.`);
    return text === undefined ? undefined : Number(text);
  };
  const keep = whole('backup-keep') ?? 14;
  const keepDays = whole('backup-keep-days');
  if (folder !== undefined && command !== undefined)
    mistakes.push('--backup-folder and --backup-command contradict each other.');
  if (folder === undefined && command === undefined) return undefined;
  if (recipients.length === 0)
    mistakes.push('Backups are encrypted: --backup-recipients says who can read them.');
  return {
    to:
      folder === undefined
        ? { kind: 'command', command: command as string }
        : { kind: 'folder', folder: resolve(folder) },
    recipients,
    keep,
    keepDays,
  };
}

function readHosts(name: string, text: string | undefined, mistakes: string[]): string[] {
  const hosts = (text ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean);
  for (const host of hosts) {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host))
      mistakes.push(`--${name} takes host names without scheme and port; not "${host}".`);
  }
  return hosts;
}

function readPlace(name: string, text: string, usual: number, mistakes: string[]): Place {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    mistakes.push(`--${name} takes HOST:PORT, such as 0.0.0.0:${usual} or [::]:${usual}; not "${text}".`);
    return { host: '127.0.0.1', port: 0 };
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

function readPublicUrl(text: string, plain: boolean, mistakes: string[]): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    mistakes.push(`--public-url takes a URL, such as https://otp.example.com; not "${text}".`);
    return '';
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && plain)) {
    mistakes.push('--public-url must begin with https://: authenticators accept nothing else.');
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    mistakes.push(
      '--public-url may contain only scheme, host and port, such as https://otp.example.com:8443.',
    );
  }
  return url.origin;
}

function databaseUrl(
  url: string | undefined,
  file: string | undefined,
  mistakes: string[],
): string | undefined {
  if (file === undefined) return url;
  if (url !== undefined) mistakes.push('--database and --database-file contradict each other.');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    mistakes.push(
      `--database-file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

function readDatabase(text: string | undefined, dataFolder: string, mistakes: string[]): DatabaseLocation {
  if (text === undefined) return { kind: 'sqlite', file: resolve(dataFolder, 'sower.sqlite') };
  if (/^postgres(ql)?:/.test(text)) {
    const places = readPostgresqlUrl(text);
    if (typeof places === 'string') mistakes.push(`--database ${places}`);
    return { kind: 'postgresql', url: text };
  }
  if (text.startsWith('sqlite:')) return { kind: 'sqlite', file: resolve(text.slice('sqlite:'.length)) };
  mistakes.push('--database must be postgresql://USER:PASSWORD@HOST/NAME or sqlite:FILE.');
  return { kind: 'sqlite', file: '' };
}

/** @returns undefined if it is not one */
export function parseMasterKey(text: string): Uint8Array | undefined {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  return key.length === 32 ? key : undefined;
}

function readMasterKey(text: string | undefined, mistakes: string[]): Uint8Array | HsmPlace | undefined {
  if (!text) return undefined;
  try {
    const key = isHsmUri(text) ? readHsmUri(text) : parseMasterKey(text);
    if (key) return key;
    mistakes.push('SOWER_MASTER_KEY must be 32 octets in base64 or hexadecimal, or a PKCS#11 URI.');
  } catch (error) {
    mistakes.push(`SOWER_MASTER_KEY: ${(error as Error).message}.`);
  }
  return undefined;
}
