/**
 * Mail is queued in the transaction of its event: both exist, or neither. The content is rendered now, in the user's language, and sealed
 * until it is sent.
 */

import { MAIL_EVENTS, type MailEvent, type MailLanguage } from '@sower/api/mail-events';
import { HOUR } from '@sower/api/time';
import { lettersIn } from '@sower/texts/letters';
import { outcomesIn, type Text } from '@sower/texts/outcomes';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import type { Sealing } from '../keys/seal/sealing.ts';
import { type IdSource, newId } from '../store/db/ids.ts';
import { insertMail } from '../store/mail/queue.ts';
import type { MailSettingsReader } from '../store/mail/settings.ts';
import { listMailTemplates, listRecipients, type Recipient } from '../store/mail/templates.ts';
import { findSettings } from '../store/operations/installation.ts';
import type { UserRow } from '../store/schema/brands.ts';
import type { Connection, NewRow } from '../store/schema/schema.ts';
import { type Block, blocksOf } from './blocks.ts';
import { chooseTemplate, renderTemplate, writtenTime } from './render.ts';

/** A number is a time, and infinity means never; both, dates and texts are written for the reader. */
export type MailValues = Readonly<Record<string, string | number | { readonly date: string } | Text>>;

export type MailNotice = {
  readonly event: MailEvent;
  /** Row ID of the user, or an administrator. */
  readonly userRow: UserRow | AdministratorAddress;
  /** Chooses the template. */
  readonly deviceType?: string | undefined;
  readonly values: MailValues;
  readonly attachment?: MailAttachment;
  /** Sent only once, however often it is queued. */
  readonly onceKey?: string;
  /** It is pointless after this. */
  readonly sendBefore?: number | undefined;
  /** One of many, for which no one waits: sent after what is for one person. */
  readonly bulk?: true;
};

export type MailAttachment = {
  readonly fileName: string;
  readonly type: string;
  /** Base64. */
  readonly content: string;
};

export type AdministratorAddress = { readonly name: string; readonly mail: string };

/** Queues nothing while mail is off, and nothing for users without an address. */
export type QueueMail = (trx: Connection, ...notices: readonly MailNotice[]) => Promise<void>;

/** How long sending is retried before a mail counts as undeliverable. */
export const KEEP_TRYING_MILLISECONDS = 72 * HOUR;

type Writing = { readonly publicUrl: string; readonly mailSettings: MailSettingsReader };

type WrittenMail = {
  readonly notice: MailNotice;
  readonly recipient: ReturnType<typeof recipientOf> | Recipient;
  readonly subject: string;
  readonly text: string;
  readonly language: MailLanguage;
  readonly blocks: readonly Block[];
};

/** What would be sent, each in the language of its reader: nothing while mail is off, and nothing to users without an address. */
export async function writeMail(
  { publicUrl, mailSettings }: Writing,
  db: Connection,
  notices: readonly MailNotice[],
): Promise<WrittenMail[]> {
  if (notices.length === 0) return [];
  const { settings } = await mailSettings.current(db);
  if (!settings.enabled) return [];
  const recipients = await listRecipients(
    db,
    notices.flatMap(({ userRow }) => (typeof userRow === 'string' ? [userRow] : [])),
  );
  const templates = await listMailTemplates(
    db,
    notices.map(({ event }) => event),
  );
  const byTelephone =
    notices.some(({ event }) => saysCodeRule(event)) &&
    (await findSettings(db)).settings['organization.codesByTelephone'];
  return notices.flatMap((notice) => {
    const { userRow } = notice;
    const recipient = typeof userRow === 'string' ? recipients.get(userRow) : recipientOf(userRow);
    if (!recipient || recipient.email === '') return [];
    const language = (recipient.language ?? settings.language) as MailLanguage;
    const template = chooseTemplate(templates, notice.event, notice.deviceType ?? '', language);
    const values = {
      ...Object.fromEntries(MAIL_EVENTS[notice.event].map((name) => [name, ''])),
      ...commonValues(recipient, publicUrl),
      ...(saysCodeRule(notice.event) ? { codeRule: codeRuleOf(byTelephone, language) } : {}),
      ...Object.fromEntries(
        Object.entries(notice.values).map(([name, value]) => [
          name,
          typeof value === 'string'
            ? value
            : typeof value === 'object' && 'code' in value
              ? outcomesIn(language)(value)
              : writtenTime(value, language, settings.timeZone),
        ]),
      ),
    };
    const subject = renderTemplate(template.subject, values).replace(/\s+/g, ' ').trim().slice(0, 250);
    return [
      {
        ...{ notice, recipient, subject, language },
        text: renderTemplate(template.body, values),
        blocks: blocksOf(template.body, values),
      },
    ];
  });
}

const saysCodeRule = (event: MailEvent): boolean =>
  (MAIL_EVENTS[event] as readonly string[]).includes('codeRule');

/** What users read of codes on the telephone. */
export const codeRuleOf = (byTelephone: boolean, language: MailLanguage): string =>
  lettersIn(language)(byTelephone ? 'telephone.users.yes' : 'telephone.users.no');

export function mailQueue(context: IdSource & Writing & { readonly sealing: Sealing }): QueueMail {
  return async (trx, ...notices) => {
    const now = context.now();
    const host = new URL(context.publicUrl).hostname;
    const rows: NewRow<'mail'>[] = [];
    for (const { notice, recipient, subject, ...content } of await writeMail(context, trx, notices)) {
      const id = newId(context);
      rows.push({
        id,
        event: notice.event,
        once_key: notice.onceKey ?? null,
        user_id: recipient.id,
        recipient: recipient.email,
        subject,
        message: context.sealing.seal(
          aadOf('mail.message', id),
          Buffer.from(JSON.stringify({ ...content, attachment: notice.attachment })),
        ),
        encrypted: notice.event === 'delivery-encrypted' ? 1 : 0,
        bulk: notice.bulk ? 1 : 0,
        message_id: `<${id}@${host}>`,
        state: 'queued',
        attempts: 0,
        next_at: now,
        lease: null,
        send_before: notice.sendBefore ?? null,
        created_at: now,
        given_up_at: now + KEEP_TRYING_MILLISECONDS,
        sent_at: null,
        reason: null,
        text: null,
      });
    }
    await insertMail(trx, rows);
  };
}

/** In the language of the deployment. */
const recipientOf = ({ name, mail }: AdministratorAddress) => ({
  id: null,
  userId: name,
  firstName: '',
  lastName: '',
  email: mail,
  language: null,
});

function commonValues(recipient: Omit<Recipient, 'id'>, publicUrl: string): Record<string, string> {
  const name = `${recipient.firstName} ${recipient.lastName}`.trim();
  return {
    name: name === '' ? recipient.userId : name,
    firstName: recipient.firstName,
    lastName: recipient.lastName,
    userId: recipient.userId,
    selfServiceUrl: `${publicUrl}/self-service`,
  };
}
