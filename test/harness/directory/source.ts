/** Sources for the directories of tests, and the parts of a server that use them. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOURCE_PRESETS, type SourceInput, sourceInputSchema } from '@sower/api/identity-sources';
import { firstStart } from '@sower/server/compose/first-start';
import { masterKeySource } from '@sower/server/compose/master-key';
import type { Actor } from '@sower/server/core/actor';
import type { Outcome } from '@sower/server/core/outcome';
import { apiKeyReader } from '@sower/server/directory/api-keys';
import { passwords } from '@sower/server/directory/password';
import { sealing } from '@sower/server/keys/seal/sealing';
import { ldapServers } from '@sower/server/ldap/servers';
import { mailQueue } from '@sower/server/mail/queue';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { mailSettingsReader } from '@sower/server/store/mail/settings';
import { settingsReader } from '@sower/server/store/operations/installation';
import type { DatabaseKind, FreshDatabase } from '../databases.ts';
import { forSuite, type Lasts } from '../deployed.ts';
import { PEOPLE, ROOT, ROOT_PASSWORD, type Slapd, SUFFIX, startSlapd } from './slapd.ts';

export const done = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};

const NO_KEY = { masterKey: undefined, masterKeyFile: undefined, masterKeyCommand: undefined };
const random = (length: number) => new Uint8Array(randomBytes(length));

/** A new installation without a process, and an API key with every right in it. */
export async function sourceContext(database: FreshDatabase, now: () => number = Date.now) {
  const opened: OpenDatabase = await openDatabase(database.location);
  const dataFolder = mkdtempSync(join(tmpdir(), 'sower-directory-'));
  const { octets } = await masterKeySource({ ...NO_KEY, dataFolder }, random).read();
  const base = {
    db: opened.db,
    sealing: sealing(octets as Uint8Array, random),
    passwords: passwords(random),
    random,
    now,
    databaseNow: now,
    monotonic: () => performance.now(),
    isAlone: () => true,
    // A batch is a transaction, however fast the machine is.
    isAwaited: async () => true,
    sleep: async () => {},
  };
  const mailSettings = mailSettingsReader(base.db, base.monotonic);
  const publicUrl = 'https://otp.example.com';
  await firstStart({
    ...base,
    dataFolder,
    serverKeyBits: 2048,
    firstKey: undefined,
    loadKeys: async () => {},
  });
  const key = readFileSync(join(dataFolder, 'admin-api-key'), 'utf8').trim();
  const found = await apiKeyReader(base)(key, undefined);
  if (!found || !('actor' in found)) throw new Error('the key is not known');
  return {
    ...base,
    chief: found.actor as Actor,
    settings: settingsReader(opened.db, base.monotonic),
    ldapServers: ldapServers(base.monotonic),
    publicUrl,
    queueMail: mailQueue({ ...base, mailSettings, publicUrl }),
    async close(): Promise<void> {
      await opened.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
export type SourceContext = Awaited<ReturnType<typeof sourceContext>>;

/** A directory with some entries, and a new installation on a database of its own that knows nothing of it yet. */
export function slapdSuite(
  kind: Pick<DatabaseKind, 'fresh'>,
  ldif: () => string,
  { now, lasts }: { readonly now?: () => number; readonly lasts?: Lasts } = {},
): { readonly slapd: Slapd; readonly context: SourceContext } {
  const slapd = forSuite(
    () => startSlapd({ ldif: ldif() }),
    (made) => made.stop(),
    lasts,
  );
  const database = forSuite(kind.fresh, (made) => made.drop(), lasts);
  const context = forSuite(
    () => sourceContext(database, now),
    (made) => made.close(),
    lasts,
  );
  return { slapd, context };
}

export type SourceOverrides = Partial<
  Omit<SourceInput, 'connection' | 'search' | 'mapping'> & {
    connection: object;
    search: object;
    mapping: object;
  }
>;

const ANY = { percent: 100, atLeast: 1_000_000 };
/** A run of it stops for nothing. */
export const NO_BOUNDS: SourceInput['stop'] = {
  ...ANY,
  changes: {
    ...{ returning: ANY, added: ANY, userIds: ANY, names: ANY, details: ANY },
    ...{ groups: ANY, domains: ANY, roles: ANY, rolesLost: ANY, conflicts: ANY },
  },
};

/** Of the entries in `ou=people`. */
export const slapdSource = (slapd: Slapd, more: SourceOverrides = {}): SourceInput =>
  sourceInputSchema.parse({
    name: 'slapd',
    kind: 'openldap',
    password: ROOT_PASSWORD,
    ...more,
    connection: {
      urls: [slapd.url],
      certificateAuthority: slapd.authority,
      bindName: ROOT,
      connectSeconds: 2,
      requestSeconds: 10,
      ...more.connection,
    },
    search: {
      base: PEOPLE,
      groupBase: `ou=groups,${SUFFIX}`,
      ...SOURCE_PRESETS.openldap.search,
      ...more.search,
    },
    mapping: { ...SOURCE_PRESETS.openldap.mapping, ...more.mapping },
  });
