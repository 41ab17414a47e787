/** Mail templates: shown, edited, reset, and tried with sample data. */

import type { MailPreview, MailTemplate, MailTemplateInput } from '@sower/api/mail';
import {
  MAIL_EVENT_NAMES,
  MAIL_LANGUAGES,
  type MailEvent,
  type MailLanguage,
  placeholdersOf,
  previewOf,
} from '@sower/api/mail-events';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, type FieldProblem, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { deleteMailTemplate, listMailTemplates, saveMailTemplate } from '../store/mail/templates.ts';
import type { Connection } from '../store/schema/schema.ts';
import { blocksOf } from './blocks.ts';
import { htmlMail, withPictures } from './html.ts';
import { codeRuleOf } from './queue.ts';
import { ORIGINAL_TEMPLATES, renderTemplate, templateProblem, writtenTime } from './render.ts';

type Context = Pick<ServerContext, 'db' | 'deviceTypes' | 'now' | 'random' | 'sealing'>;
type Key = { readonly event: MailEvent; readonly deviceType: string; readonly language: MailLanguage };

/** For each event and language the one for all device types, followed by those for single ones. */
export const showMailTemplates = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'settings:edit', async () => {
    const edited = await listMailTemplates(context.db, MAIL_EVENT_NAMES);
    const items = MAIL_EVENT_NAMES.flatMap((event) =>
      MAIL_LANGUAGES.flatMap((language): MailTemplate[] => {
        const own = edited.filter((row) => row.event === event && row.language === language);
        const all = own.find((row) => row.device_type === '');
        return [
          {
            event,
            language,
            deviceType: '',
            ...(all ? { subject: all.subject, body: all.body } : ORIGINAL_TEMPLATES[language][event]),
            original: all === undefined,
            version: all?.version ?? 0,
          },
          ...own
            .filter((row) => row.device_type !== '')
            .map(({ subject, body, version, device_type }) => ({
              event,
              language,
              deviceType: device_type,
              subject,
              body,
              original: false,
              version,
            })),
        ];
      }),
    );
    return items;
  });

export async function editMailTemplate(
  context: Context,
  actor: Actor,
  input: MailTemplateInput & Key,
): Promise<Outcome<MailTemplate>> {
  const refusal = denied(actor, 'settings:edit') ?? problemsOf(input);
  if (refusal) return refusal;
  if (input.deviceType !== '' && !(await context.deviceTypes.find(context.db, input.deviceType))) {
    return refused('not-found', text('device-type.not-found', { deviceType: input.deviceType }));
  }
  return allOrNothing(context.db, async (trx) => {
    const { deviceType, ...rest } = input;
    const row = await saveMailTemplate(trx, { ...rest, device_type: deviceType });
    await recordEdit(trx, context, actor, input, 'edited');
    return done({ ...input, original: false, version: row.version });
  });
}

/** Back to the original, or, for a device type, to the one for all. */
export async function resetMailTemplate(context: Context, actor: Actor, key: Key) {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteMailTemplate(trx, { ...key, device_type: key.deviceType }))) {
      return refused('not-found', text('mail.template-not-edited'));
    }
    await recordEdit(trx, context, actor, key, 'reset');
    return done(undefined);
  });
}

export async function previewMailTemplate(
  context: Pick<ServerContext, 'settings'>,
  actor: Actor,
  input: MailTemplateInput & Key,
): Promise<Outcome<MailPreview>> {
  const refusal = denied(actor, 'settings:edit') ?? problemsOf(input);
  if (refusal) return refusal;
  const look = await context.settings.current();
  const values = samplesOf(input.event, input.language, look['organization.codesByTelephone']);
  const subject = renderTemplate(input.subject, values);
  const html = htmlMail({ subject, language: input.language, blocks: blocksOf(input.body, values) }, look);
  return done({ subject, text: renderTemplate(input.body, values), html: withPictures(html, look) });
}

function problemsOf({ event: name, subject, body }: MailTemplateInput & Key): Refused | undefined {
  const errors: FieldProblem[] = [];
  for (const [path, template] of [
    ['subject', subject],
    ['body', body],
  ] as const) {
    const message = templateProblem(template, name, path);
    if (message) errors.push({ path, message });
  }
  const [first] = errors;
  return first && refused('template-refused', first.message, errors);
}

function recordEdit(trx: Connection, context: Context, actor: Actor, key: Key, what: 'edited' | 'reset') {
  return record(trx, context, actor, {
    action: 'mail.template',
    object: `mail-template:${key.event}`,
    reason: text('event.parts', {
      parts: [
        text(`event.template-${what}`, { language: key.language }),
        ...(key.deviceType === '' ? [] : [text('event.device-type', { deviceType: key.deviceType })]),
      ],
    }),
  });
}

/** What the placeholders of a template stand for where it is previewed: in the language of the template what the reader of a mail gets in it. */
const TIMES: Readonly<Record<string, number>> = {
  from: Date.UTC(2026, 10, 24, 10, 15),
  time: Date.UTC(2026, 10, 24, 10, 15),
  since: Date.UTC(2026, 10, 24, 10, 15),
  until: Date.UTC(2026, 11, 1),
  expires: Date.UTC(2026, 11, 1, 12),
};

/** @param codesByTelephone the setting */
export function samplesOf(
  event: MailEvent,
  language: MailLanguage,
  codesByTelephone: boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    placeholdersOf(event).map((name) => {
      const time = TIMES[name];
      if (time !== undefined) return [name, writtenTime(time, language, 'UTC')];
      return [name, name === 'codeRule' ? codeRuleOf(codesByTelephone, language) : previewOf(name)];
    }),
  );
}
