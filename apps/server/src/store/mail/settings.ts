/** The one row of mail settings, and a reader that caches it for some seconds. */
import { DEFAULT_MAIL_SETTINGS, type MailSettings, mailSettingsSchema } from '@sower/api/mail';
import { changesOf } from '../db/changes.ts';
import { kept } from '../db/kept.ts';
import { findOne, setRow } from '../db/rows.ts';
import type { Connection, Database, Row } from '../schema/schema.ts';
import { storedJson } from '../schema/stored-json.ts';

export type StoredMailSettings = Pick<
  Row<'mail_settings'>,
  'password' | 'signing' | 'signing_certificate' | 'version'
> & { readonly settings: MailSettings };

const read = storedJson('mail_settings.settings', mailSettingsSchema);

export async function findMailSettings(db: Connection): Promise<StoredMailSettings> {
  const row = await findOne(db, 'mail_settings', { id: 1 });
  if (!row) {
    return {
      settings: DEFAULT_MAIL_SETTINGS,
      password: null,
      signing: null,
      signing_certificate: null,
      version: 0,
    };
  }
  return { ...row, settings: read(row.settings) };
}

/** @returns false if someone else changed them since `version` */
export const updateMailSettings = (
  db: Connection,
  version: number,
  change: Partial<Pick<Row<'mail_settings'>, 'settings' | 'password' | 'signing' | 'signing_certificate'>>,
) => setRow(db, 'mail_settings', { id: 1, version }, { ...change, version: version + 1 });

export type MailSettingsReader = {
  /** @param db the current transaction, so that it never waits for another connection */
  current(db: Connection): Promise<StoredMailSettings>;
  forget(): void;
};

const AGE_MILLISECONDS = 2_000;

/** @param clock milliseconds of a monotonic clock */
export function mailSettingsReader(database: Database, clock: () => number): MailSettingsReader {
  const present = kept<StoredMailSettings>(AGE_MILLISECONDS, clock);
  changesOf(database).on(['mail_settings'], present.forget);
  return {
    current: (db) => present.get('', () => findMailSettings(db)),
    forget: present.forget,
  };
}
