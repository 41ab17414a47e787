/** What domain functions depend on. main.ts constructs it; functions name the parts they use. */
import type { Passwords } from './directory/password.ts';
import type { Strength } from './directory/password-strength.ts';
import type { RsaDecryptor } from './keys/rsa/rsa.ts';
import type { ServerKeys } from './keys/rsa/server-keys.ts';
import type { Sealing } from './keys/seal/sealing.ts';
import type { LdapServers } from './ldap/servers.ts';
import type { QueueMail } from './mail/queue.ts';
import type { PrintLetters } from './provisioning/letters/print.ts';
import type { DeviceTypes } from './provisioning/profiles/device-types.ts';
import type { DrawReport } from './reporting/print.ts';
import type { PolicyReader } from './store/authentication/policies.ts';
import type { AlteredRow } from './store/keys/marks.ts';
import type { MailSettingsReader } from './store/mail/settings.ts';
import type { settingsReader } from './store/operations/installation.ts';
import type { Database } from './store/schema/schema.ts';
import type { jobStatesReader } from './store/work/jobs.ts';

export type ServerContext = {
  readonly db: Database;
  readonly sealing: Sealing;
  /** Called for rows that the server did not write; see store/keys/marks.ts. */
  readonly onAlteredRow?: ((row: AlteredRow) => void) | undefined;
  readonly rsa: RsaDecryptor;
  readonly serverKeys: ServerKeys;
  readonly deviceTypes: DeviceTypes;
  readonly settings: ReturnType<typeof settingsReader>;
  readonly mailSettings: MailSettingsReader;
  /** In the caller's transaction. */
  readonly queueMail: QueueMail;
  readonly policies: PolicyReader;
  readonly runningJobStates: ReturnType<typeof jobStatesReader>;
  readonly passwords: Passwords;
  readonly strength: Strength;
  readonly printLetters: PrintLetters;
  readonly drawReport: DrawReport;
  /** Which servers of directories answer. */
  readonly ldapServers: LdapServers;
  /** Base URL that clients use, without a trailing slash. Never taken from a request. */
  readonly publicUrl: string;
  /** Epoch milliseconds. */
  now(): number;
  /** The same by the clock of the database: leases and due times are written by it. */
  databaseNow(): number;
  random(length: number): Uint8Array;
};
