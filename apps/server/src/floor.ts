/** What the domain stands on. main.ts constructs it; functions name the parts they use. */
import type { Passwords } from './identity/password.ts';
import type { Strength } from './identity/password-strength.ts';
import type { RsaDecryptor } from './keys/rsa.ts';
import type { Sealing } from './keys/sealing.ts';
import type { ServerKeys } from './keys/server-keys.ts';
import type { QueueMail } from './mail/queue.ts';
import type { DeviceTypes } from './provisioning/device-types.ts';
import type { settingsReader } from './store/installation.ts';
import type { MailSettingsReader } from './store/mail-settings.ts';
import type { PolicyReader } from './store/policies.ts';
import type { Database } from './store/schema.ts';

export type Floor = {
  readonly db: Database;
  readonly sealing: Sealing;
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
  /** Base URL that clients use, without a trailing slash. Never taken from a request. */
  readonly publicUrl: string;
  /** Epoch milliseconds. */
  now(): number;
  random(length: number): Uint8Array;
};
