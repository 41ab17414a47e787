/** One and the same for both directories of tests: people with passwords, a source of them, and what the directory itself says of a password. */
import { SOURCE_PRESETS, type SourceInput, sourceInputSchema } from '@sower/api/identity-sources';
import { Attribute, Change, Client } from 'ldapts';
import { ADMINISTRATOR, ADMINISTRATOR_PASSWORD, BASE, REALM, startSamba } from './samba.ts';
import { PEOPLE, personLdif, ROOT, ROOT_PASSWORD, SUFFIX, startSlapd } from './slapd.ts';
import { slapdSource } from './source.ts';

export type PasswordDirectory = {
  readonly source: SourceInput;
  /**
   * All that a log-on needs, on a connection of its own: TLS, a search for the entry, and its bind.
   * @param name undefined: somebody whom it does not have
   */
  bind(name: string | undefined, password: string): Promise<boolean>;
  /** What it has counted. */
  failures(name: string): Promise<{ locked: boolean; failures: number }>;
  /** Replaces an attribute. @param name empty: that of all */
  set(name: string, type: string, value: string | Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  readonly host: string;
  readonly port: number;
  /** OpenLDAP: a policy by which every password has expired. */
  readonly shortPolicy: string;
  stop(): Promise<void>;
};

type Way = {
  readonly url: string;
  readonly authority: string;
  readonly startTls: boolean;
  readonly as: string;
  readonly password: string;
  readonly base: string;
  /** Of the attribute with the user ID. */
  readonly attribute: string;
  dn(name: string): string;
};

const NOBODY = 'nobody at all';

async function bind(way: Way, name: string | undefined, password: string): Promise<boolean> {
  const tlsOptions = { ca: way.authority, servername: 'localhost' };
  const client = new Client({
    url: way.url,
    timeout: 30_000,
    connectTimeout: 10_000,
    ...(way.startTls ? {} : { tlsOptions }),
  });
  try {
    if (way.startTls) await client.startTLS({ ...tlsOptions, host: 'localhost' });
    await client.bind(way.as, way.password);
    await client.search(way.base, { filter: `(${way.attribute}=${name ?? NOBODY})`, sizeLimit: 2 });
    await client.bind(way.dn(name ?? NOBODY), password);
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 49) return false;
    throw error;
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

const replaceIn = (client: Client, dn: string, type: string, value: string | Buffer): Promise<void> =>
  client.modify(dn, [
    new Change({
      operation: 'replace',
      modification: new Attribute({ type, values: [value] as string[] | Buffer[] }),
    }),
  ]);

const first = (value: unknown): string => String([value].flat()[0] ?? '');

/** @param uncounted people of whom no wrong passwords are kept: it takes them no longer than right ones */
export async function slapdDirectory(
  names: readonly string[],
  password: string,
  uncounted: readonly string[],
): Promise<PasswordDirectory> {
  const policy = `cn=uncounted,${SUFFIX}`;
  const short = `cn=short,${SUFFIX}`;
  const slapd = await startSlapd({
    ldif: [
      `dn: ${short}\nobjectClass: pwdPolicy\nobjectClass: person\ncn: short\nsn: short\npwdAttribute: userPassword\npwdMaxAge: 60\n\n`,
      `dn: ${policy}\nobjectClass: pwdPolicy\nobjectClass: person\ncn: uncounted\nsn: uncounted\npwdAttribute: userPassword\npwdLockout: FALSE\n\n`,
      ...names.map((uid) =>
        personLdif({ uid, userPassword: password }).replace(/\n\n$/, '\npwdChangedTime: 20250101000000Z\n\n'),
      ),
      ...uncounted.map((uid) =>
        personLdif({ uid, userPassword: password }).replace(/\n\n$/, `\npwdPolicySubentry: ${policy}\n\n`),
      ),
    ].join(''),
  });
  const dn = (name: string): string => `uid=${name},${PEOPLE}`;
  const way: Way = {
    ...{ url: slapd.url, authority: slapd.authority, startTls: true, as: ROOT, password: ROOT_PASSWORD },
    ...{ base: PEOPLE, attribute: 'uid', dn },
  };
  return {
    source: slapdSource(slapd),
    bind: (name, entered) => bind(way, name, entered),
    async failures(name) {
      const { searchEntries } = await slapd.client.search(dn(name), {
        scope: 'base',
        attributes: ['pwdAccountLockedTime', 'pwdFailureTime'],
      });
      const { pwdAccountLockedTime, pwdFailureTime } = searchEntries[0] as Record<string, string | string[]>;
      return {
        locked: [pwdAccountLockedTime].flat().filter(Boolean).length > 0,
        failures: [pwdFailureTime].flat().filter(Boolean).length,
      };
    },
    set: (name, type, value) => replaceIn(slapd.client, dn(name), type, value),
    remove: (name) => slapd.client.del(dn(name)),
    ...{ host: '127.0.0.1', port: slapd.port, shortPolicy: short },
    stop: () => slapd.stop(),
  };
}

/** Locks at five. */
export async function sambaDirectory(
  names: readonly string[],
  password: string,
  others: readonly string[],
): Promise<PasswordDirectory> {
  const samba = await startSamba();
  samba.tool('domain', 'passwordsettings', 'set', '--account-lockout-threshold=5');
  samba.tool('user', 'setexpiry', 'administrator', '--noexpiry');
  const people = `OU=Staff,${BASE}`;
  const dn = (name: string): string => `CN=${name},${people}`;
  await samba.client.add(people, { objectClass: ['organizationalUnit'], ou: 'Staff' });
  for (const name of [...names, ...others]) {
    await samba.client.add(dn(name), [
      new Attribute({ type: 'objectClass', values: ['user'] }),
      new Attribute({ type: 'sAMAccountName', values: [name] }),
      new Attribute({ type: 'userPrincipalName', values: [`${name}@${REALM}`] }),
      new Attribute({ type: 'mail', values: [`${name}@mail.test`] }),
      new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] }),
    ]);
    await samba.client.modify(dn(name), [
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'userAccountControl', values: ['512'] }),
      }),
    ]);
  }
  const preset = SOURCE_PRESETS['active-directory'];
  const way: Way = {
    ...{ url: samba.ldapsUrl, authority: samba.authority, startTls: false },
    ...{ as: ADMINISTRATOR, password: ADMINISTRATOR_PASSWORD, base: BASE, attribute: 'sAMAccountName', dn },
  };
  return {
    source: sourceInputSchema.parse({
      ...{ name: 'ad', kind: 'active-directory', password: ADMINISTRATOR_PASSWORD },
      connection: {
        urls: [samba.ldapsUrl],
        certificateAuthority: samba.authority,
        bindName: ADMINISTRATOR,
      },
      search: { base: BASE, ...preset.search, filter: '(&(objectClass=user)(mail=*))' },
      mapping: { ...preset.mapping, domainName: 'EXAMPLE' },
    }),
    bind: (name, entered) => bind(way, name, entered),
    async failures(name) {
      const { searchEntries } = await samba.client.search(dn(name), {
        scope: 'base',
        attributes: ['badPwdCount', 'lockoutTime'],
      });
      const { badPwdCount, lockoutTime } = searchEntries[0] as Record<string, string | string[]>;
      return {
        locked: !['', '0'].includes(first(lockoutTime)),
        failures: Number(first(badPwdCount)),
      };
    },
    set: (name, type, value) => replaceIn(samba.client, name === '' ? BASE : dn(name), type, value),
    remove: (name) => samba.client.del(dn(name)),
    ...{ host: new URL(samba.ldapsUrl).hostname, port: 636, shortPolicy: '' },
    stop: () => samba.stop(),
  };
}
