/** `sower mail`: how mail is sent, whether it arrives, what waits, and the templates. Secrets come from a pipe or are typed. */
import {
  DEFAULT_MAIL_SETTINGS,
  MAIL_DESTINATION,
  type MailSettings,
  type MailSettingsView,
  mailSettingsSchema,
  mailStates,
} from '@sower/api/mail';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, type MailEvent, type MailLanguage } from '@sower/api/mail-events';
import { command, group, type OptionRow, type ServerCall } from '../command.ts';
import { fileOctets, fileText } from '../files.ts';
import { act, listing } from '../operations.ts';
import { settingIn } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { fields, printable, printableLines, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const NAMES = Object.keys(DEFAULT_MAIL_SETTINGS) as (keyof MailSettings)[];

function settingsText(view: MailSettingsView): string {
  const text = table<keyof MailSettings>(
    [
      { title: 'field.name', value: (name) => name },
      {
        title: 'field.value',
        value: (name) =>
          name === 'certificateAuthority' && view.settings[name] !== ''
            ? t('output.set')
            : view.settings[name],
      },
    ],
    NAMES,
  );
  const more = fields([
    [t('field.password'), t(view.passwordSet ? 'output.set' : 'output.notSet')],
    [t('field.signedBy'), view.signing?.subject ?? t('mail.notSigned')],
  ]);
  return `${text}\n\n${more}`;
}

const shown = (view: MailSettingsView): Outcome => ({ ok: true, json: view, text: settingsText(view) });

const SENDING = [
  act('getMailSettings', { usage: 'show', done: settingsText }),
  command({
    usage: 'set <name> <value>',
    help: () =>
      `${t('settings.set.names', { names: NAMES.join(', ') })}\n\n${t('mail.set.destination', { names: MAIL_DESTINATION })}`,
    run: async ({ api, args, terminal }) => {
      const file = 'certificateAuthority';
      const value = settingIn(mailSettingsSchema.shape, args, {
        ...{ file, unknown: 'mail.unknown', list: 'sower mail show' },
      });
      if (!value.ok) return value;
      const name = args[0]!;
      const { version, passwordSet } = await api('getMailSettings', {});
      // It would go elsewhere now: the server asks for it again.
      const asked = passwordSet && (MAIL_DESTINATION as readonly string[]).includes(name);
      const secret = asked ? await readSecret(terminal, 'password') : success(undefined);
      if (!secret.ok) return secret;
      const password = secret.value === undefined ? {} : { password: secret.value };
      const body = { [name]: value.value, ...password };
      return shown(await api('editMailSettings', { body, ifMatch: version }));
    },
  }),
  command<{ clear?: boolean }>({
    usage: 'password',
    options: [['--clear', 'mail.password.clear']],
    run: async ({ api, options, terminal }) => {
      const secret = options.clear === true ? success('') : await readSecret(terminal, 'password');
      if (!secret.ok) return secret;
      const { version } = await api('getMailSettings', {});
      return shown(await api('editMailSettings', { body: { password: secret.value }, ifMatch: version }));
    },
  }),
  act('sendTestMail', {
    usage: 'test <address>',
    body: ({ args: [to] }) => ({ to: to! }),
    done: ({ accepted, reply }) => ({
      text: t(accepted ? 'mail.test.accepted' : 'mail.test.refused', { reply: printable(reply) }),
      ...(accepted ? {} : { exit: 'refused' }),
    }),
  }),
];

const MESSAGES = [
  listing('listMail', {
    reads: 'mail.list.name',
    empty: 'mail.list.none',
    options: [['--state <state>', 'mail.list.state', { choices: mailStates }]],
    columns: [
      'field.id',
      { title: 'field.state', value: ({ state }) => t(`mail-state.${state}`) },
      'field.event',
      'field.recipient',
      { title: 'field.attempts', value: ({ attempts }) => attempts, align: 'right' },
      { title: 'field.made', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.answer', value: ({ reason }) => reason },
    ],
  }),
  act('resendMail', {
    usage: 'send-again <id>',
    done: ({ recipient }) => t('mail.sendAgain.done', { recipient: printable(recipient) }),
  }),
  command({
    usage: 'sign <file>',
    run: async ({ api, args, terminal }) => {
      const file = fileOctets(args[0]!, 'unreadable');
      if (!file.ok) return file;
      const secret = await readSecret(terminal, 'password');
      if (!secret.ok) return secret;
      return shown(
        await api('setMailSigning', {
          body: { pkcs12: file.value.toString('base64'), password: secret.value },
        }),
      );
    },
  }),
  act('removeMailSigning', { usage: 'unsign', done: settingsText }),
];

type TemplateOptions = { language: MailLanguage; deviceType?: string };
const WHICH: readonly OptionRow[] = [
  ['--language <language>', 'mail.template.language', { choices: MAIL_LANGUAGES, default: 'en' }],
  ['--device-type <id>', 'mail.template.deviceType'],
];

function eventOf(name: string | undefined): Result<MailEvent> {
  const event = MAIL_EVENT_NAMES.find((known) => known === name);
  if (event !== undefined) return success(event);
  return fail('usage', 'unknown-event', t('mail.template.unknownEvent', { name: name ?? '' }), {
    next: t('mail.template.events', { names: MAIL_EVENT_NAMES.join(', ') }),
  });
}

/** A command about the template of an event. */
const ofEvent = (
  usage: string,
  run: (
    call: ServerCall<TemplateOptions>,
    params: { event: MailEvent; language: MailLanguage },
  ) => Promise<Outcome>,
) =>
  command<TemplateOptions>({
    usage,
    options: WHICH,
    run: async (call) => {
      const event = eventOf(call.args[0]);
      return event.ok ? run(call, { event: event.value, language: call.options.language }) : event;
    },
  });

const TEMPLATE = group('template', [
  ofEvent('show <event>', async ({ api, options }, { event, language }) => {
    const { items } = await api('listMailTemplates', {});
    const of = (type: string) =>
      items.find(
        (entry) => entry.event === event && entry.language === language && entry.deviceType === type,
      );
    const found = of(options.deviceType ?? '') ?? of('')!;
    return { ok: true, json: found, text: printableLines(`${found.subject}\n\n${found.body}`.trimEnd()) };
  }),
  ofEvent('set <event> <file>', async ({ api, args, options: { deviceType } }, params) => {
    const read = fileText(args[1]!, 'unreadable');
    if (!read.ok) return read;
    const [subject = '', ...body] = read.value.replaceAll('\r\n', '\n').split('\n');
    const saved = await api('editMailTemplate', {
      params,
      body: {
        subject,
        body: body.join('\n').replace(/^\n+/, ''),
        ...(deviceType === undefined ? {} : { deviceType }),
      },
    });
    return { ok: true, json: saved, text: t('mail.template.set.done', { event: saved.event }) };
  }),
  ofEvent('reset <event>', async ({ api, options }, params) => {
    const { event } = params;
    await api('resetMailTemplate', { params, body: { deviceType: options.deviceType ?? '' } });
    return { ok: true, json: { reset: event }, text: t('mail.template.reset.done', { event }) };
  }),
]);

export const MAIL = group('mail', [...SENDING, ...MESSAGES, TEMPLATE]);
