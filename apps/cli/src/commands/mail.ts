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
import { type ListOptions, list, listOptions } from '../listing.ts';
import { unchanged } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, printableLines, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';

const NAMES = Object.keys(DEFAULT_MAIL_SETTINGS) as (keyof MailSettings)[];

const COLUMNS: readonly Column<MailMessage>[] = [
  { title: 'Id', value: (mail) => mail.id },
  { title: 'State', value: (mail) => mail.state },
  { title: 'Event', value: (mail) => mail.event },
  { title: 'To', value: (mail) => mail.recipient },
  { title: 'Tries', value: (mail) => mail.attempts, align: 'right' },
  { title: 'Made', value: (mail) => time(mail.createdAt) },
  { title: 'Answer', value: (mail) => mail.reason },
];

export function addMailCommands(frame: Frame, program: Command): void {
  const mail = program.command('mail').description('Mail to users: how it is sent, what waits, templates');

  addServerCommand(frame, mail, 'show', 'Show how mail is sent', unchanged, async ({ api }) =>
    shown(await api('getMailSettings', {})),
  );

  addServerCommand(
    frame,
    mail,
    'set <name> <value>',
    'Change how mail is sent',
    (command) =>
      command.addHelpText(
        'after',
        `\nNames: ${NAMES.join(', ')}\n\nWhile a password is set, ${MAIL_DESTINATION.join(', ')} are changed with it: it is read from standard input.`,
      ),
    async ({ api, args, terminal }) => {
      const [name, text] = [args[0] as keyof MailSettings, args[1]!];
      if (!NAMES.includes(name)) {
        return fail('usage', 'unknown-setting', `There is no mail setting ${name}.`, {
          next: 'See: sower mail show',
        });
      }
      // A certificate is many lines: its file is read.
      const read = name === 'certificateAuthority' && text !== '' ? fileText(text) : success(text);
      if (!read.ok) return read;
      const value = mailSettingsSchema.shape[name].safeParse(valueIn(read.value));
      if (!value.success) {
        return fail(
          'usage',
          'invalid-value',
          `${name}: ${value.error.issues[0]?.message ?? 'not a value for it'}.`,
        );
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
    'Set the password for the mail server, from standard input',
    (command) => command.option('--clear', 'take it away'),
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
    'Send a test mail, and show what the mail server answers',
    unchanged,
    async ({ api, args }) => {
      const result = await api('sendTestMail', { body: { to: args[0]! } });
      const said = result.accepted
        ? 'The mail server accepted the test mail'
        : 'The test mail could not be sent';
      return {
        ok: true,
        json: result,
        text: `${said}: ${printable(result.reply)}`,
        ...(result.accepted ? {} : { exit: 'refused' as const }),
      };
    },
  );

  addServerCommand<ListOptions & { state?: (typeof mailStates)[number] }>(
    frame,
    mail,
    'list',
    'Mail that waits, was sent or could not be sent, latest first',
    (command) =>
      listOptions(command).addOption(new Option('--state <state>', 'only this').choices([...mailStates])),
    ({ api, terminal, options }) =>
      list(terminal, options, { columns: COLUMNS, name: 'mail', empty: 'No mail.' }, (page) =>
        api('listMail', {
          query: { ...page, ...(options.state === undefined ? {} : { state: options.state }) },
        }),
      ),
  );

  addServerCommand(
    frame,
    mail,
    'send-again <id>',
    'Send a mail again that could not be sent',
    unchanged,
    async ({ api, args }) => {
      const sent = await api('resendMail', { params: { id: args[0]! } });
      return { ok: true, json: sent, text: `The mail to ${printable(sent.recipient)} waits to be sent.` };
    },
  );

  addServerCommand(
    frame,
    mail,
    'sign <file>',
    'Sign mail with the key of a PKCS#12 file (S/MIME); its password comes from standard input',
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
  addServerCommand(frame, mail, 'unsign', 'Sign mail no longer', unchanged, async ({ api }) =>
    shown(await api('removeMailSigning', {})),
  );

  addTemplateCommands(frame, mail);
}

type TemplateOptions = { language: MailLanguage; deviceType?: string };

function addTemplateCommands(frame: Frame, mail: Command): void {
  const template = mail.command('template').description('Templates of mail');
  const which = (command: Command): Command =>
    command
      .addOption(
        new Option('--language <language>', 'of the mail').choices([...MAIL_LANGUAGES]).default('en'),
      )
      .option('--device-type <id>', 'for this device type only');
  const eventOf = (name: string | undefined): Result<MailEvent> => {
    const event = MAIL_EVENT_NAMES.find((known) => known === name);
    return event === undefined
      ? fail('usage', 'unknown-event', `There is no event ${name}.`, {
          next: `There are: ${MAIL_EVENT_NAMES.join(', ')}`,
        })
      : success(event);
  };

  addServerCommand<TemplateOptions>(
    frame,
    template,
    'show <event>',
    'Show a template: its subject, an empty line, its text',
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
    'Set a template from a file as "show" prints it',
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
      return { ok: true, json: saved, text: `The template of ${saved.event} is saved.` };
    },
  );
  addServerCommand<TemplateOptions>(
    frame,
    template,
    'reset <event>',
    'Put a template back to the one that ships',
    which,
    async ({ api, args, options }) => {
      const event = eventOf(args[0]);
      if (!event.ok) return event;
      const params = { event: event.value, language: options.language };
      await api('resetMailTemplate', { params, body: { deviceType: options.deviceType ?? '' } });
      return { ok: true, json: { reset: event.value }, text: `The template of ${event.value} is reset.` };
    },
  );
}

function shown(view: MailSettingsView): Outcome {
  const text = table<keyof MailSettings>(
    [
      { title: 'Name', value: (name) => name },
      {
        title: 'Value',
        value: (name) =>
          name === 'certificateAuthority' && view.settings[name] !== '' ? 'set' : view.settings[name],
      },
    ],
    NAMES,
  );
  const more = fields([
    ['Password', view.passwordSet ? 'set' : 'not set'],
    ['Signed by', view.signing?.subject ?? 'not signed'],
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
    return fail('usage', 'unreadable', `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function fileText(path: string): Result<string> {
  const read = fileOctets(path);
  return read.ok ? success(read.value.toString('utf8')) : read;
}
