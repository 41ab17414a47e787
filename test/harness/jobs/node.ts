/** What a node needs to do jobs, without a server: the clock is the test's, and mail goes where the test wants it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readKeyFile } from '@sower/server/compose/master-key';
import type { Actor } from '@sower/server/core/actor';
import type { Outcome } from '@sower/server/core/outcome';
import { apiKeyReader } from '@sower/server/directory/api-keys';
import type { DistributionContext } from '@sower/server/jobs/distribution/plan';
import { sealing } from '@sower/server/keys/seal/sealing';
import { type LdapServers, ldapServers } from '@sower/server/ldap/servers';
import { loadDeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { policyReader } from '@sower/server/store/authentication/policies';
import { mailSettingsReader } from '@sower/server/store/mail/settings';
import { settingsReader } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { jobStatesReader } from '@sower/server/store/work/jobs';
import { inEnglish } from '@sower/texts/outcomes';

export type NodeContext = DistributionContext & { readonly ldapServers: LdapServers } & {
  monotonic(): number;
  isAlone(): boolean;
  isAwaited(): Promise<boolean>;
  runningJobStates(jobId: string, now: number): Promise<Record<string, number>>;
  sleep(milliseconds: number): Promise<void>;
};

/** @param dataFolder of the deployment that made the database */
export async function nodeOf(db: Database, dataFolder: string, now: () => number): Promise<NodeContext> {
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const monotonic = () => performance.now();
  return {
    db,
    sealing: sealing((await readKeyFile(join(dataFolder, 'master.key'))).octets as Uint8Array, random),
    deviceTypes: await loadDeviceTypes(new URL('../../../apps/server/device-types/', import.meta.url)),
    settings: settingsReader(db, monotonic),
    mailSettings: mailSettingsReader(db, monotonic),
    queueMail: async () => {},
    policies: policyReader(db, monotonic),
    runningJobStates: jobStatesReader(db, monotonic),
    ldapServers: ldapServers(monotonic),
    publicUrl: 'https://otp.example.com',
    now,
    databaseNow: now,
    random,
    monotonic,
    isAlone: () => true,
    // A batch is a transaction, however fast the machine is.
    isAwaited: async () => true,
    sleep: async () => {},
  };
}

export async function actorOf(context: NodeContext, key: string): Promise<Actor> {
  const found = await apiKeyReader(context)(key, undefined);
  if (!found || !('actor' in found)) throw new Error('the key is not known');
  return found.actor;
}

export function valueIn<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(inEnglish(outcome.detail));
  return outcome.value;
}
