/** `sower mail`: how mail is sent, whether it arrives, what waits, and the templates. Secrets come from a pipe or are typed. */
import { readFileSync } from 'node:fs';
import {
  DEFAULT_MAIL_SETTINGS,
  MAIL_DESTINATION,
  type MailMessage,
  type MailSettings,
  type MailSettingsView,
  mailSettingsSchema,
  mailStates,
} from '@sower/api/mail';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, type MailEvent, type MailLanguage } from '@sower/api/mail-events';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { unreadableFile } from '../files.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import { invalidValue, see, unchanged } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, printableLines, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const NAMES = Object.keys(DEFAULT_MAIL_SETTINGS) as (keyof MailSettings)[];

const COLUMNS: readonly Column<MailMessage>[] = [
  { title: 'field.id', value: (mail) => mail.id },
  { title: 'field.state', value: (mail) => mail.state },
  { title: 'field.event', value: (mail) => mail.event },
  { title: 'field.recipient', value: (mail) => mail.recipient },
  { title: 'field.attempts', value: (mail) => mail.attempts, align: 'right' },
  { title: 'field.made', value: (mail) => time(mail.createdAt) },
  { title: 'field.answer', value: (mail) => mail.reason },
];

export function addMailCommands(frame: Frame, program: Command): void {
  const mail = program.command('mail').description(t('mail.summary'));

  addMailSettings(frame, mail);

  addMessageCommands(frame, mail);

  addTemplateCommands(frame, mail);
}

function addMailSettings(frame: Frame, mail: Command): void {
  addServerCommand(frame, mail, 'show', t('mail.show.summary'), unchanged, async ({ api }) =>
    shown(await api('getMailSettings', {})),
  );

  addServerCommand(
    frame,
    mail,
    'set <name> <value>',
    t('mail.set.summary'),
    (command) =>
      command.addHelpText(
        'after',
        `\n${t('settings.set.names', { names: NAMES.join(', ') })}\n\n${t('mail.set.destination', { names: MAIL_DESTINATION })}`,
      ),
    async ({ api, args, terminal }) => {
      const [name, text] = [args[0] as keyof MailSettings, args[1]!];
      if (!NAMES.includes(name)) {
        return fail('usage', 'unknown-setting', t('mail.unknown', { name }), see('sower mail show'));
      }
      // A certificate is many lines: its file is read.
      const read = name === 'certificateAuthority' && text !== '' ? fileText(text) : success(text);
      if (!read.ok) return read;
      const value = mailSettingsSchema.shape[name].safeParse(valueIn(read.value));
      if (!value.success) {
        return invalidValue(value.error, name);
      }
      const { version, passwordSet } = await api('getMailSettings', {});
      // It would go elsewhere now: the server asks for it again.
      const asked = passwordSet && (MAIL_DESTINATION as readonly string[]).includes(name);
      const secret = asked ? await readSecret(terminal, 'password') : success(undefined);
      if (!secret.ok) return secret;
      const password = secret.value === undefined ? {} : { password: secret.value };
      return shown(
        await api('editMailSettings', { body: { [name]: value.data, ...password }, ifMatch: version }),
      );
    },
  );

  addServerCommand<{ clear?: boolean }>(
    frame,
    mail,
    'password',
    t('mail.password.summary'),
    (command) => command.option('--clear', t('mail.password.clear')),
    async ({ api, options, terminal }) => {
      const secret = options.clear === true ? success('') : await readSecret(terminal, 'password');
      if (!secret.ok) return secret;
      const { version } = await api('getMailSettings', {});
      return shown(await api('editMailSettings', { body: { password: secret.value }, ifMatch: version }));
    },
  );

  addServerCommand(
    frame,
    mail,
    'test <address>',
    t('mail.test.summary'),
    unchanged,
    async ({ api, args }) => {
      const result = await api('sendTestMail', { body: { to: args[0]! } });
      return {
        ok: true,
        json: result,
        text: t(result.accepted ? 'mail.test.accepted' : 'mail.test.refused', {
          reply: printable(result.reply),
        }),
        ...(result.accepted ? {} : { exit: 'refused' as const }),
      };
    },
  );
}

function addMessageCommands(frame: Frame, mail: Command): void {
  addServerCommand<ListOptions & { state?: (typeof mailStates)[number] }>(
    frame,
    mail,
    'list',
    t('mail.list.summary'),
    (command) =>
      listOptions(command).addOption(
        new Option('--state <state>', t('mail.list.state')).choices([...mailStates]),
      ),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: t('mail.list.name'), empty: t('mail.list.none') },
        (page) =>
          api('listMail', {
            query: { ...page, ...(options.state === undefined ? {} : { state: options.state }) },
          }),
      ),
  );

  addServerCommand(
    frame,
    mail,
    'send-again <id>',
    t('mail.sendAgain.summary'),
    unchanged,
    async ({ api, args }) => {
      const sent = await api('resendMail', { params: { id: args[0]! } });
      return {
        ok: true,
        json: sent,
        text: t('mail.sendAgain.done', { recipient: printable(sent.recipient) }),
      };
    },
  );

  addServerCommand(
    frame,
    mail,
    'sign <file>',
    t('mail.sign.summary'),
    unchanged,
    async ({ api, args, terminal }) => {
      const file = fileOctets(args[0]!);
      if (!file.ok) return file;
      const secret = await readSecret(terminal, 'password');
      if (!secret.ok) return secret;
      return shown(
        await api('setMailSigning', {
          body: { pkcs12: file.value.toString('base64'), password: secret.value },
        }),
      );
    },
  );
  addServerCommand(frame, mail, 'unsign', t('mail.unsign.summary'), unchanged, async ({ api }) =>
    shown(await api('removeMailSigning', {})),
  );
}

type TemplateOptions = { language: MailLanguage; deviceType?: string };

function addTemplateCommands(frame: Frame, mail: Command): void {
  const template = mail.command('template').description(t('mail.template.summary'));
  const which = (command: Command): Command =>
    command
      .addOption(
        new Option('--language <language>', t('mail.template.language'))
          .choices([...MAIL_LANGUAGES])
          .default('en'),
      )
      .option('--device-type <id>', t('mail.template.deviceType'));
  const eventOf = (name: string | undefined): Result<MailEvent> => {
    const event = MAIL_EVENT_NAMES.find((known) => known === name);
    return event === undefined
      ? fail('usage', 'unknown-event', t('mail.template.unknownEvent', { name: name ?? '' }), {
          next: t('mail.template.events', { names: MAIL_EVENT_NAMES.join(', ') }),
        })
      : success(event);
  };

  addServerCommand<TemplateOptions>(
    frame,
    template,
    'show <event>',
    t('mail.template.show.summary'),
    which,
    async ({ api, args, options }) => {
      const event = eventOf(args[0]);
      if (!event.ok) return event;
      const { items } = await api('listMailTemplates', {});
      const of = (type: string) =>
        items.find(
          (entry) =>
            entry.event === event.value && entry.language === options.language && entry.deviceType === type,
        );
      const found = of(options.deviceType ?? '') ?? of('')!;
      return { ok: true, json: found, text: printableLines(`${found.subject}\n\n${found.body}`.trimEnd()) };
    },
  );
  addServerCommand<TemplateOptions>(
    frame,
    template,
    'set <event> <file>',
    t('mail.template.set.summary'),
    which,
    async ({ api, args, options }) => {
      const event = eventOf(args[0]);
      if (!event.ok) return event;
      const read = fileText(args[1]!);
      if (!read.ok) return read;
      const [subject = '', ...body] = read.value.replaceAll('\r\n', '\n').split('\n');
      const saved = await api('editMailTemplate', {
        params: { event: event.value, language: options.language },
        body: {
          subject,
          body: body.join('\n').replace(/^\n+/, ''),
          ...(options.deviceType === undefined ? {} : { deviceType: options.deviceType }),
        },
      });
      return { ok: true, json: saved, text: t('mail.template.set.done', { event: saved.event }) };
    },
  );
  addServerCommand<TemplateOptions>(
    frame,
    template,
    'reset <event>',
    t('mail.template.reset.summary'),
    which,
    async ({ api, args, options }) => {
      const event = eventOf(args[0]);
      if (!event.ok) return event;
      const params = { event: event.value, language: options.language };
      await api('resetMailTemplate', { params, body: { deviceType: options.deviceType ?? '' } });
      return {
        ok: true,
        json: { reset: event.value },
        text: t('mail.template.reset.done', { event: event.value }),
      };
    },
  );
}

function shown(view: MailSettingsView): Outcome {
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
  return { ok: true, json: view, text: `${text}\n\n${more}` };
}

/** Numbers and booleans as such, anything else as text; the schema decides what fits. */
function valueIn(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function fileOctets(path: string): Result<Buffer> {
  try {
    return success(readFileSync(path));
  } catch (error) {
    return unreadableFile(path, error, 'unreadable');
  }
}

function fileText(path: string): Result<string> {
  const read = fileOctets(path);
  return read.ok ? success(read.value.toString('utf8')) : read;
}
