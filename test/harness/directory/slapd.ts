/** An OpenLDAP server of its own on loopback: ldap with StartTLS and ldaps, a certificate of the test's authority, password policy. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'ldapts';
import { type Authority, type Issued, makeAuthority } from '../authority.ts';
import { freePort } from '../processes/free-port.ts';
import { spawn } from '../processes/spawn.ts';

const MODULES = '/usr/lib/ldap';
export const hasSlapd = existsSync('/usr/sbin/slapd') && existsSync(MODULES);
if (!hasSlapd)
  console.warn('No slapd here: its tests are skipped. Install it (apt-get install slapd ldap-utils).');

export const SUFFIX = 'dc=example,dc=com';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const ROOT = `cn=root,${SUFFIX}`;
export const ROOT_PASSWORD = 'the-password-of-the-root-of-the-test';

export type Person = {
  readonly uid: string;
  readonly sn?: string;
  readonly givenName?: string;
  readonly mail?: string;
  readonly userPassword?: string;
  /** Below the suffix. */
  readonly ou?: string;
};

export const personLdif = ({ uid, sn = uid, givenName, mail, userPassword, ou = 'people' }: Person): string =>
  [
    `dn: uid=${uid},ou=${ou},${SUFFIX}`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${uid}`,
    `sn: ${sn}`,
    ...(givenName === undefined ? [] : [`givenName: ${givenName}`]),
    ...(mail === undefined ? [] : [`mail: ${mail}`]),
    ...(userPassword === undefined ? [] : [`userPassword: ${userPassword}`]),
    '',
    '',
  ].join('\n');

const START = `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,${SUFFIX}
objectClass: organizationalUnit
ou: people

dn: ou=elsewhere,${SUFFIX}
objectClass: organizationalUnit
ou: elsewhere

dn: ou=groups,${SUFFIX}
objectClass: organizationalUnit
ou: groups

dn: cn=policy,${SUFFIX}
objectClass: pwdPolicy
objectClass: person
cn: policy
sn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 5
pwdLockoutDuration: 0
pwdMustChange: TRUE

`;

export type Slapd = {
  readonly url: string;
  readonly ldapsUrl: string;
  readonly port: number;
  /** PEM of the authority that issued its certificate. */
  readonly authority: string;
  /** What it logged. */
  log(): string;
  /** Its entries, changed by hand. */
  readonly client: Client;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Again on the same data and ports. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export async function startSlapd(
  options: {
    /** Entries beside {@link START}. */
    readonly ldif?: string;
    readonly authority?: Authority;
    readonly certificate?: Issued;
    /** Lines of the configuration, before the database. */
    readonly global?: readonly string[];
    readonly database?: readonly string[];
  } = {},
): Promise<Slapd> {
  const authority = options.authority ?? (await makeAuthority(['localhost']));
  const certificate = options.certificate ?? (await authority.issue());
  const folder = mkdtempSync(join(tmpdir(), 'sower-slapd-'));
  const [port, securePort] = [await freePort(), await freePort()];
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  mkdirSync(join(folder, 'db'));
  const configuration = file(
    'slapd.conf',
    `${[
      ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
      `modulepath ${MODULES}`,
      'moduleload back_mdb',
      'moduleload ppolicy',
      'moduleload memberof',
      `pidfile ${join(folder, 'pid')}`,
      `TLSCACertificateFile ${file('ca.pem', authority.root.pem)}`,
      `TLSCertificateFile ${file('cert.pem', certificate.pem + authority.intermediate.pem)}`,
      `TLSCertificateKeyFile ${file('key.pem', certificate.keyPem)}`,
      'loglevel stats',
      ...(options.global ?? []),
      'database mdb',
      `suffix "${SUFFIX}"`,
      `rootdn "${ROOT}"`,
      `rootpw ${ROOT_PASSWORD}`,
      `directory ${join(folder, 'db')}`,
      'maxsize 1073741824',
      'index objectClass,uid,mail,entryUUID eq',
      'index modifyTimestamp,entryCSN eq',
      'overlay ppolicy',
      `ppolicy_default "cn=policy,${SUFFIX}"`,
      'overlay memberof',
      ...(options.database ?? []),
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by * read',
    ].join('\n')}\n`,
  );
  const added = spawnSync('/usr/sbin/slapadd', [
    '-q',
    '-f',
    configuration,
    '-l',
    file('start.ldif', START + (options.ldif ?? '')),
  ]);
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}`);
  const log = join(folder, 'log');
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  async function start(): Promise<void> {
    const output = spawn(
      'sh',
      [
        '-c',
        `exec /usr/sbin/slapd -f "$1" -h "ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}" -d stats 2>>"$2"`,
        'sh',
        configuration,
        log,
      ],
      { stdio: 'ignore' },
    );
    child = output;
    ended = new Promise((resolve) => output.once('exit', resolve));
    for (let tries = 0; tries < 200; tries += 1) {
      if (await answers(port)) return;
      if (output.exitCode !== null) break;
      await wait(50);
    }
    throw new Error(`slapd does not start: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : ''}`);
  }
  await start();
  const client = new Client({
    url: `ldap://127.0.0.1:${port}`,
    timeout: 30_000,
    connectTimeout: 10_000,
    autoRebind: true,
  });
  await client.bind(ROOT, ROOT_PASSWORD);
  const kill = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    child?.kill(signal);
    await ended;
  };
  return {
    url: `ldap://localhost:${port}`,
    ldapsUrl: `ldaps://localhost:${securePort}`,
    port,
    authority: authority.root.pem,
    log: () => readFileSync(log, 'utf8'),
    client,
    kill,
    start,
    async stop() {
      await client.unbind().catch(() => undefined);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
