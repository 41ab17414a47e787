/** What domain functions depend on. main.ts constructs it; functions name the parts they use. */
import type { Passwords } from './directory/password.ts';
import type { Strength } from './directory/password-strength.ts';
import type { PrintLetters } from './jobs/letters/print.ts';
import type { DrawReport } from './jobs/reports/print.ts';
import type { RsaDecryptor } from './keys/rsa/rsa.ts';
import type { ServerKeys } from './keys/rsa/server-keys.ts';
import type { Sealing } from './keys/seal/sealing.ts';
import type { LdapServers } from './ldap/servers.ts';
import type { QueueMail } from './mail/queue.ts';
import type { DeviceTypes } from './provisioning/profiles/device-types.ts';
import type { settingsReader } from './store/tables/installation.ts';
import type { MailSettingsReader } from './store/tables/mail-settings.ts';
import type { AlteredRow } from './store/tables/marks.ts';
import type { PolicyReader } from './store/tables/policies.ts';
import type { Database } from './store/tables/schema.ts';

export type ServerContext = {
  readonly db: Database;
  readonly sealing: Sealing;
  /** Called for rows that the server did not write; see store/tables/marks.ts. */
  readonly onAlteredRow?: ((row: AlteredRow) => void) | undefined;
  readonly rsa: RsaDecryptor;
  readonly serverKeys: ServerKeys;
  readonly deviceTypes: DeviceTypes;
  readonly settings: ReturnType<typeof settingsReader>;
  readonly mailSettings: MailSettingsReader;
  /** In the caller's transaction. */
  readonly queueMail: QueueMail;
  readonly policies: PolicyReader;
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
  random(length: number): Uint8Array;
};
