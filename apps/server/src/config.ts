/**
 * Configuration: what the process needs before it has a database. One table of options, each read from an argument or a variable of the
 * environment; all mistakes are reported at once. Settings stored in the database are in packages/api/src/settings.ts.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { z } from 'zod';
import { destinationName, type ForwardDestination } from './audit/forward/destinations.ts';
import type { Address } from './core/address.ts';
import type { HsmKeyUri } from './keys/hsm/uri.ts';
import type { BackupPlan } from './operations/backup/make.ts';
import * as kinds from './option-kinds.ts';
import type { DatabaseLocation } from './store/db/open.ts';

type Option = {
  /** There is no argument for it: others on the host can read those. */
  readonly only?: 'variable';
  readonly kind: kinds.Kind;
  /** Read like a value that was given. */
  readonly default?: string;
  /** What holds if nothing is given, where no value says it. */
  readonly otherwise?: string;
  readonly text: string;
};

/** Every option. `sower serve --help` and docs/configuration.md print this table. */
export const OPTIONS = {
  data: {
    kind: kinds.folder,
    default: './data',
    text: 'Data folder: keys, certificate, SQLite database',
  },
  listen: {
    kind: kinds.address(8443),
    default: '127.0.0.1:8443',
    text: 'Address to listen on',
  },
  'public-url': {
    kind: kinds.publicUrl,
    otherwise: 'https://localhost:PORT',
    text: 'The URL that clients use, such as https://otp.example.com',
  },
  database: {
    kind: kinds.database,
    otherwise: 'a SQLite file in the data folder',
    text: 'postgresql://… for PostgreSQL, if need be with several hosts, one of which is the primary (postgresql://h1,h2/NAME?target_session_attrs=read-write). Do not put a password on the command line, where others on the host can read it: use the variable or --database-file',
  },
  'database-file': {
    kind: kinds.databaseFile,
    text: 'File that contains the URL of the database; replaces --database',
  },
  'asynchronous-replication': {
    kind: kinds.onOrOff,
    default: 'off',
    otherwise: 'not ready',
    text: 'Report ready even if PostgreSQL confirms a commit before its own disk has it (synchronous_commit = off). What was accepted in the last moments before a crash can then be lost, and those passcodes are accepted a second time',
  },
  'logical-subscription': {
    kind: kinds.onOrOff,
    default: 'off',
    otherwise: 'not ready',
    text: 'Report ready even if another database writes into this one by logical replication (an enabled row in pg_subscription). If passcodes are accepted there too, each is accepted once per database',
  },
  'master-key-file': {
    kind: kinds.file,
    otherwise: 'master.key in the data folder, made at the first start',
    text: 'File with the master key: 32 octets, as they are, in base64 or in hexadecimal; or, if it is in an HSM, its PKCS#11 URI',
  },
  'master-key-command': {
    kind: kinds.command,
    text: 'Instead of a file: a shell command that prints the master key, such as systemd-creds decrypt /etc/sower/master.cred -',
  },
  'master-key': {
    only: 'variable',
    kind: kinds.masterKey,
    text: 'The master key itself: 32 octets in base64 or hexadecimal, or the PKCS#11 URI of a key in an HSM, instead of the file master.key in the data folder',
  },
  processes: {
    kind: kinds.number(1, 64),
    otherwise: 'on Linux with PostgreSQL one for each core, at most 8; otherwise 1',
    text: 'Processes that share the work of this server',
  },
  'tls-certificate': {
    kind: kinds.existingFile,
    otherwise: "a certificate issued at the first start by a CA of the server's own",
    text: 'Certificate chain (PEM), read again when it changes',
  },
  'tls-key': {
    kind: kinds.existingFile,
    text: 'Private key of the certificate (PEM)',
  },
  'tls-old-clients': {
    kind: kinds.onOrOff,
    default: 'off',
    otherwise: 'only TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20',
    text: 'Also accept TLS 1.2 with CBC or without forward secrecy, for authenticators and RADIUS clients that support nothing else. Anyone who records this traffic and later steals the key can read it',
  },
  'acme-listen': {
    kind: kinds.address(80),
    otherwise: 'off',
    text: 'Answer certificate authorities over plain HTTP on this address, such as 0.0.0.0:80, for certificates by ACME (HTTP-01); all other requests are redirected to the public URL',
  },
  'acme-dns-command': {
    kind: kinds.command,
    text: 'For certificates by ACME with DNS-01: a shell command that adds or removes (SOWER_ACME_ACTION) the TXT record SOWER_ACME_NAME with the value SOWER_ACME_VALUE, and ends only once the change is visible',
  },
  'plain-http': {
    kind: kinds.onOrOff,
    default: 'off',
    text: 'Serve HTTP without TLS. Only behind a proxy on the same host or a private network: activation codes travel in the clear',
  },
  'trusted-proxies': {
    kind: kinds.proxies,
    default: '',
    otherwise: 'none',
    text: 'Addresses or CIDR ranges, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are trusted. No other such header is read: a proxy passes on Host',
  },
  'authenticator-origins': {
    kind: kinds.origins,
    default: '',
    otherwise: 'only the one at /authenticator',
    text: 'Other origins, separated by commas, that host the web authenticator, such as https://authenticator.example.com; * for any',
  },
  'console-hosts': {
    kind: kinds.hostNames,
    default: '',
    otherwise: 'all',
    text: 'Host names, separated by commas, under which the Security Console is served',
  },
  'self-service-hosts': {
    kind: kinds.hostNames,
    default: '',
    otherwise: 'all',
    text: 'Host names, separated by commas, under which the Self-Service Console is served',
  },
  'server-key-bits': {
    kind: kinds.oneOf(['1024', '2048', '3072', '4096'], '1024|2048|3072|4096'),
    default: '2048',
    text: 'Size of the RSA key generated at the first start. 1024 is weak: use it only for old clients that refuse more',
  },
  'wrong-codes': {
    kind: kinds.number(1),
    default: '20',
    text: 'Wrong activation codes, or failed logons, that a source address may send in a burst; another is allowed every six seconds. An IPv6 /56 may send twice as many, a /48 and an IPv4 /24 four times as many; at fifty times as many wrong codes from everywhere together, unknown sources are slowed down. More makes guessing faster',
  },
  'metrics-listen': {
    kind: kinds.address(9464),
    otherwise: 'off; no other port serves /metrics',
    text: 'Serve /metrics, and /healthz and /readyz too, over plain HTTP on a separate listener, such as 127.0.0.1:9464',
  },
  'api-docs': {
    kind: kinds.onOrOff,
    default: 'off',
    text: 'Serve the description of the API (/api/openapi.json) and its pages (/api/docs) to everyone',
  },
  'connections-per-source': {
    kind: kinds.number(1),
    default: '500',
    text: 'Connections that one IPv4 address or IPv6 /64 may have open at once; trusted proxies may have any number',
  },
  radius: {
    kind: kinds.address(1812),
    otherwise: 'off',
    text: 'Serve RADIUS over UDP on this address, such as 0.0.0.0:1812, or [::]:1812 for IPv4 and IPv6',
  },
  'radius-accounting': {
    kind: kinds.address(1813),
    otherwise: 'off',
    text: 'Accept RADIUS accounting on this address, such as 0.0.0.0:1813',
  },
  radsec: {
    kind: kinds.address(2083),
    otherwise: 'off',
    text: "Serve RADIUS over TLS (RFC 6614) on this address, such as 0.0.0.0:2083, with the server's TLS certificate",
  },
  'backup-folder': {
    kind: kinds.folder,
    otherwise: 'this process makes no backups',
    text: 'Folder for backups, which this process makes and deletes at set times',
  },
  'backup-command': {
    kind: kinds.command,
    text: 'Instead of a folder: a shell command that reads a backup from its standard input and stores it under the name in SOWER_BACKUP_NAME. It also has to delete old backups',
  },
  'backup-recipients': {
    kind: kinds.ageKeys,
    default: '',
    text: 'Age public keys, separated by commas: anyone who has the private key of one can read the backups. Keep the private keys off this host',
  },
  'backup-key-recipient': {
    kind: kinds.ageKey,
    otherwise: 'the master key is in no backup, and has to be kept elsewhere',
    text: 'A different age public key: each backup then also contains the master key, encrypted to it',
  },
  'backup-keep': {
    kind: kinds.number(1, 99_999),
    default: '14',
    text: 'How many backups stay in the folder',
  },
  'backup-keep-days': {
    kind: kinds.number(1, 99_999, 'DAYS'),
    otherwise: 'age does not matter',
    text: 'Delete backups that are older than this, but never the latest',
  },
  'audit-forward': {
    kind: kinds.auditDestinations,
    default: '',
    otherwise: 'nowhere',
    text: 'Where the audit trail is forwarded to, separated by commas: syslog+tls://HOST:6514, https://… (a webhook), file:PATH, stdout:. ?format=cef sends CEF over syslog, ?ca=FILE names the authority to trust, ?from=start begins with the first row',
  },
  'audit-forward-key-file': {
    kind: kinds.webhookKeyFile,
    text: 'Key that signs what is sent to webhooks, in the form of Standard Webhooks: whsec_ and 24 to 64 octets in base64',
  },
  'audit-forward-plain': {
    kind: kinds.onOrOff,
    default: 'off',
    text: 'Allow syslog+tcp:// and syslog+udp://. Anyone on the network path can read and change the rows, and over UDP rows can be lost without anyone noticing',
  },
  'drain-seconds': {
    kind: kinds.number(0, 600, 'SECONDS'),
    otherwise: '10 if /readyz was requested in the last 30 seconds, otherwise 0',
    text: 'How long to keep serving after SIGTERM while /readyz answers 503, so that a load balancer notices',
  },
  'access-log': {
    kind: kinds.onOrOff,
    default: 'off',
    text: 'One more line in the log for each HTTP request: its ID, who sent it and from where, method, path without search terms, status, milliseconds. It shows who uses the consoles when, and makes up most of the log',
  },
  'log-level': {
    kind: kinds.oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'LEVEL'),
    default: 'info',
    text: 'trace, debug, info, warn, error or silent',
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;
type Values = {
  readonly [Name in OptionName]:
    | z.output<(typeof OPTIONS)[Name]['kind']['schema']>
    | ((typeof OPTIONS)[Name] extends { readonly default: string } ? never : undefined);
};

const ROWS = Object.entries(OPTIONS) as [OptionName, Option][];

/** `public-url` is SOWER_PUBLIC_URL in the environment. */
export const variableOf = (name: OptionName): string => `SOWER_${name.toUpperCase().replaceAll('-', '_')}`;

/** As the help and the documentation show them: what to write, the variable, and what holds without either. */
export const OPTION_ROWS = ROWS.map(([name, { only, kind, text, ...option }]) => ({
  argument: only ? undefined : `--${name}${kind.takes === '' ? '' : ` ${kind.takes}`}`,
  variable: variableOf(name),
  otherwise: option.otherwise ?? (option.default || undefined),
  text,
}));

/** For `parseArgs`. */
export const ARGUMENTS: ParseArgsOptionsConfig = Object.fromEntries(
  ROWS.filter(([, { only }]) => !only).map(([name, { kind }]) => [
    name,
    { type: kind.takes === '' ? 'boolean' : 'string' },
  ]),
);

/** Of the command line, which may be in the environment of a server too. */
const VARIABLES_OF_THE_COMMAND_LINE = [
  'SOWER_URL',
  'SOWER_API_KEY',
  'SOWER_CA',
  'SOWER_AUTHENTICATOR',
  'SOWER_KEY_FILE',
  'SOWER_LANGUAGE',
  'SOWER_PASSPHRASE',
];
/** What Kubernetes adds for each service. https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
const OF_KUBERNETES = /_SERVICE_(HOST|PORT(_.+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

export type Config = {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly database: DatabaseLocation;
  /** Ready even if commits can be lost. */
  readonly asynchronousReplication: boolean;
  /** Ready even if another database writes into this one. */
  readonly logicalSubscription: boolean;
  readonly processes: number;
  readonly tls:
    | { readonly kind: 'own' }
    | { readonly kind: 'files'; readonly certificate: string; readonly key: string }
    | { readonly kind: 'none' };
  /** Where certificate authorities are answered over plain HTTP; undefined: nowhere. */
  readonly acme: Address | undefined;
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
  readonly metrics: Address | undefined;
  readonly apiDocs: boolean;
  readonly accessLog: boolean;
  /** Where RADIUS is served; undefined: nowhere. */
  readonly radius: {
    readonly authentication: Address | undefined;
    readonly accounting: Address | undefined;
    readonly radsec: Address | undefined;
  };
  /** Undefined: this process makes no backups. */
  readonly backup: BackupPlan | undefined;
  /** To whom the master key in a backup is encrypted. */
  readonly backupKeyRecipient: string | undefined;
  readonly auditForward: readonly ForwardDestination[];
  /** How long to keep serving while not ready; undefined: as needed. */
  readonly drainSeconds: number | undefined;
  readonly logLevel: string;
  /** From the environment; otherwise from one of these two, or the file `master.key` in the data folder. */
  readonly masterKey: Uint8Array | HsmKeyUri | undefined;
  readonly masterKeyFile: string | undefined;
  readonly masterKeyCommand: string | undefined;
};

type ConfigResult =
  | {
      readonly kind: 'config';
      readonly config: Config;
      /** Variables that look like ours and are not: misspelled, or of another version. */
      readonly unknown: readonly string[];
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;
type Given = ReadonlyMap<OptionName, { readonly source: string; readonly text: string }>;

export function readConfig(argv: readonly string[], env: Environment): ConfigResult {
  const mistakes: string[] = [];
  const given = new Map(
    ROWS.flatMap(([name]) => {
      const source = variableOf(name);
      const text = env[source];
      return text ? [[name, { source, text }] as const] : [];
    }),
  );
  const { values: flags, tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: { ...ARGUMENTS, help: { type: 'boolean', short: 'h' } },
  });
  if (flags.help) return { kind: 'help' };
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const source = token.kind === 'positional' ? JSON.stringify(token.value) : token.rawName;
    const argument = token.kind === 'option' ? ARGUMENTS[token.name] : undefined;
    if (token.kind === 'positional' || !argument) mistakes.push(`${source} is not an option of serve.`);
    else if (
      argument.type === 'string' &&
      (!token.value || (!token.inlineValue && token.value.startsWith('--')))
    )
      mistakes.push(`${source} needs a value.`);
    else given.set(token.name as OptionName, { source, text: token.value ?? 'true' });
  }
  const values = Object.fromEntries(
    ROWS.map(([name, option]) => [name, valueRead(option, given.get(name), mistakes)]),
  ) as Values;
  mistakes.push(...contradictions(values, given));
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  return { kind: 'config', config: configOf(values), unknown: unknownVariables(env) };
}

function valueRead(
  { kind, default: otherwise }: Option,
  given: { readonly source: string; readonly text: string } | undefined,
  mistakes: string[],
): unknown {
  const text = given?.text ?? otherwise;
  if (text === undefined) return undefined;
  const { data, error } = kind.schema.safeParse(text, { reportInput: true });
  for (const { message, path, input } of error?.issues ?? []) {
    // Of several entries, the wrong one.
    const wrong = path.length > 0 && typeof input === 'string' ? input : text;
    mistakes.push(`${given?.source} ${message}${kind.secret ? '' : `; not ${JSON.stringify(wrong)}`}.`);
  }
  return data;
}

/** What each option by itself allows, but not together. The value of an option with a mistake is undefined here. */
function contradictions(values: Values, given: Given): string[] {
  const named = (name: OptionName): string => given.get(name)?.source ?? `--${name}`;
  const several = (...names: OptionName[]): string | undefined => {
    const found = names.filter((name) => given.has(name)).map(named);
    return found.length > 1 ? `${found.join(' and ')} contradict each other.` : undefined;
  };
  const plain = values['plain-http'];
  const forwarded = values['audit-forward'] ?? [];
  const unprotected = forwarded.some((to) => to.kind === 'syslog' && to.protection !== 'tls');
  const backedUp = given.has('backup-folder') || given.has('backup-command');
  const rules: readonly (readonly [boolean, string])[] = [
    [
      given.has('tls-certificate') !== given.has('tls-key'),
      `${named('tls-certificate')} and ${named('tls-key')} must be given together.`,
    ],
    [
      plain && given.has('tls-certificate'),
      `${named('plain-http')} and ${named('tls-certificate')} contradict each other.`,
    ],
    [
      plain && given.has('radsec'),
      `${named('radsec')} needs a certificate, but with ${named('plain-http')} there is none.`,
    ],
    [
      plain === false && /^http:/i.test(given.get('public-url')?.text ?? ''),
      `${named('public-url')} must begin with https://: authenticators accept nothing else.`,
    ],
    [
      process.platform !== 'linux' && (values.processes ?? 1) > 1,
      `${named('processes')}: several work on Linux only.`,
    ],
    [
      backedUp && !given.has('backup-recipients'),
      `Backups are encrypted: ${named('backup-recipients')} says who can read them.`,
    ],
    [
      forwarded.some(({ kind }) => kind === 'webhook') && !given.has('audit-forward-key-file'),
      `${named('audit-forward')} has a webhook, which needs ${named('audit-forward-key-file')}.`,
    ],
    [
      new Set(forwarded.map(destinationName)).size < forwarded.length,
      `${named('audit-forward')} names one destination twice: both would send from one position, each a part.`,
    ],
    [
      unprotected && values['audit-forward-plain'] === false,
      `${named('audit-forward')} has an entry that is not protected: it needs ${named('audit-forward-plain')}.`,
    ],
  ];
  const twice = [
    several('database', 'database-file'),
    several('master-key-file', 'master-key-command', 'master-key'),
    several('backup-folder', 'backup-command'),
  ];
  return [
    ...rules.flatMap(([wrong, sentence]) => (wrong ? [sentence] : [])),
    ...twice.filter((each) => each !== undefined),
  ];
}

/** By default: each has connections to the database and takes memory. */
const MAX_PROCESSES = 8;

function configOf(values: Values): Config {
  const { data: dataFolder, listen, radius, radsec } = values;
  const plain = values['plain-http'];
  const [certificate, key] = [values['tls-certificate'], values['tls-key']];
  const database: DatabaseLocation = values.database ??
    values['database-file'] ?? { kind: 'sqlite', file: join(dataFolder, 'sower.sqlite') };
  // Only there do several processes listen on one port.
  const several = database.kind === 'postgresql' && process.platform === 'linux';
  return {
    dataFolder,
    ...listen,
    publicUrl: values['public-url']?.origin ?? `${plain ? 'http' : 'https'}://localhost:${listen.port}`,
    database,
    asynchronousReplication: values['asynchronous-replication'],
    logicalSubscription: values['logical-subscription'],
    processes: values.processes ?? (several ? Math.min(availableParallelism(), MAX_PROCESSES) : 1),
    tls: plain
      ? { kind: 'none' }
      : certificate && key
        ? { kind: 'files', certificate, key }
        : { kind: 'own' },
    acme: values['acme-listen'],
    acmeDnsCommand: values['acme-dns-command'],
    tlsOldClients: values['tls-old-clients'],
    trustedProxies: values['trusted-proxies'],
    authenticatorOrigins: values['authenticator-origins'],
    consoleHosts: values['console-hosts'],
    selfServiceHosts: values['self-service-hosts'],
    serverKeyBits: Number(values['server-key-bits']) as Config['serverKeyBits'],
    wrongCodes: values['wrong-codes'],
    connectionsPerSource: values['connections-per-source'],
    metrics: values['metrics-listen'],
    apiDocs: values['api-docs'],
    accessLog: values['access-log'],
    radius: { authentication: radius, accounting: values['radius-accounting'], radsec },
    backup: backupOf(values),
    backupKeyRecipient: values['backup-key-recipient'],
    auditForward: forwardedTo(values),
    drainSeconds: values['drain-seconds'],
    logLevel: values['log-level'],
    masterKey: values['master-key'],
    masterKeyFile: values['master-key-file'],
    masterKeyCommand: values['master-key-command'],
  };
}

function backupOf(values: Values): BackupPlan | undefined {
  const [folder, command] = [values['backup-folder'], values['backup-command']];
  if (!folder && !command) return undefined;
  return {
    to: folder ? { kind: 'folder', folder } : { kind: 'command', command: command ?? '' },
    recipients: values['backup-recipients'],
    keep: values['backup-keep'],
    keepDays: values['backup-keep-days'],
  };
}

function forwardedTo(values: Values): ForwardDestination[] {
  const key = values['audit-forward-key-file'];
  return values['audit-forward'].flatMap((to): ForwardDestination[] =>
    to.kind !== 'webhook' ? [to] : key ? [{ ...to, key }] : [],
  );
}

function unknownVariables(env: Environment): string[] {
  const known = new Set([...OPTION_ROWS.map(({ variable }) => variable), ...VARIABLES_OF_THE_COMMAND_LINE]);
  return Object.keys(env).filter(
    (name) => name.startsWith('SOWER_') && env[name] && !known.has(name) && !OF_KUBERNETES.test(name),
  );
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
  const lines = OPTION_ROWS.map(({ argument, variable, otherwise, text }) => {
    const more = [otherwise && `Default: ${otherwise}.`, argument && `[${variable}]`].filter(Boolean);
    return `  ${argument ?? variable}\n${wrapped([`${text}.`, ...more].join(' '), '      ', width)}`;
  });
  return `Usage: sower serve [options]\n\n${lines.join('\n')}`;
}
