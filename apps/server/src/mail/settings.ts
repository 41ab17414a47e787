/** Mail settings: shown, changed, tested. The password goes in and never comes out. */

import {
  MAIL_DESTINATION,
  type MailSettings,
  type MailSettingsPatch,
  type MailSettingsView,
  mailSettingsSchema,
} from '@sower/api/mail';
import { outcomesIn, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { secretToRepeat } from '../core/kept-secret.ts';
import {
  done,
  editedMeanwhile,
  type FieldProblem,
  invalidAt,
  type Outcome,
  refused,
} from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { mailCertificateFacts } from '../keys/x509/mail-certificate.ts';
import { message, textEntity } from '../smtp/message.ts';
import type { SendMail, SmtpServer } from '../smtp/transport.ts';
import { newId } from '../store/db/ids.ts';
import { findMailSettings, type StoredMailSettings, updateMailSettings } from '../store/mail/settings.ts';
import { blocksOf } from './blocks.ts';
import { htmlMail, picturesOf } from './html.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'publicUrl'>;

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

export function viewMailSettings(stored: StoredMailSettings): MailSettingsView {
  return {
    settings: stored.settings,
    passwordSet: stored.password !== null,
    ...(stored.signing_certificate === null
      ? {}
      : { signing: mailCertificateFacts(stored.signing_certificate) }),
    version: stored.version,
  };
}

export async function showMailSettings(context: Pick<ServerContext, 'db'>, actor: Actor) {
  return denied(actor, 'settings:edit') ?? done(viewMailSettings(await findMailSettings(context.db)));
}

export async function editMailSettings(
  context: Context,
  actor: Actor,
  input: { readonly version: number; readonly change: MailSettingsPatch },
): Promise<Outcome<MailSettingsView>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const present = await findMailSettings(context.db);
  const { password, ...change } = input.change;
  const settings = mailSettingsSchema.parse({ ...present.settings, ...change });
  // Otherwise a change made meanwhile, with its password, would be silently undone.
  if (present.version !== input.version) return editedMeanwhile();
  const problem = settingsProblem(settings);
  if (problem) return invalidAt(problem.path, problem.message);
  const before = { settings: present.settings, secretStored: present.password !== null };
  const repeat = secretToRepeat(
    before,
    settings,
    MAIL_DESTINATION,
    password,
    text('mail.password-for-other-server'),
  );
  if (repeat) return repeat;
  return allOrNothing(context.db, async (trx) => {
    const changed = await updateMailSettings(trx, input.version, {
      settings: JSON.stringify(settings),
      ...(password === undefined
        ? {}
        : {
            password:
              password === ''
                ? null
                : context.sealing.seal(aadOf('mail_settings.password', 1), Buffer.from(password)),
          }),
    });
    if (!changed) return editedMeanwhile();
    await record(trx, context, actor, {
      action: 'mail.settings',
      object: 'mail',
      reason: text('event.parts', {
        parts: [
          ...Object.entries(change)
            .filter(([name]) => name !== 'certificateAuthority')
            .map(([name, value]) => `${name} = ${value}`),
          ...(change.certificateAuthority === undefined ? [] : [text('event.authority-changed')]),
          ...(password === undefined
            ? []
            : [password === '' ? text('event.password-removed') : text('event.password-changed')]),
        ],
      }),
    });
    return done(viewMailSettings(await findMailSettings(trx)));
  });
}

function settingsProblem(settings: MailSettings): FieldProblem | undefined {
  if (settings.security === 'none' && !LOCAL_HOSTS.includes(settings.host)) {
    return {
      path: 'security',
      message: text('mail.tls-required'),
    };
  }
  if (!settings.enabled) return undefined;
  if (settings.host === '') return { path: 'host', message: text('mail.host-required') };
  if (settings.from === '') return { path: 'from', message: text('mail.sender-required') };
  return undefined;
}

export function smtpServerOf(
  context: Pick<ServerContext, 'sealing'>,
  { settings, password }: StoredMailSettings,
): SmtpServer {
  const { host, port, security, user, certificateAuthority } = settings;
  return {
    host,
    port,
    security,
    user,
    certificateAuthority,
    password:
      password === null
        ? undefined
        : Buffer.from(context.sealing.open(aadOf('mail_settings.password', 1), password)).toString(),
  };
}

/** Sent at once, bypassing the queue, so that the answer is the mail server's. */
export async function sendTestMail(
  context: Context & Pick<ServerContext, 'settings'> & { readonly sendMail: SendMail },
  actor: Actor,
  to: string,
): Promise<Outcome<{ accepted: boolean; reply: string }>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const stored = await findMailSettings(context.db);
  const { settings } = stored;
  const problem = settingsProblem({ ...settings, enabled: true });
  if (problem) return refused('wrong-state', text('mail.save-first', { problem: problem.message }));
  const now = context.now();
  const inWords = outcomesIn(settings.language);
  const words = `${inWords(text('mail.test-body', { url: context.publicUrl }))}\n`;
  const subject = inWords(text('mail.test-subject'));
  const look = await context.settings.current();
  const html = htmlMail({ subject, language: settings.language, blocks: blocksOf(words, {}) }, look);
  const raw = message(
    {
      from: settings.from,
      fromName: settings.fromName,
      replyTo: settings.replyTo,
      to,
      subject,
      messageId: `<${newId(context)}@${new URL(context.publicUrl).hostname}>`,
      date: now,
    },
    textEntity({ text: words, html, pictures: picturesOf(html, look) }),
  );
  const reply = await context.sendMail(smtpServerOf(context, stored), { from: settings.from, to, raw });
  await record(context.db, context, actor, {
    action: 'mail.test',
    object: 'mail',
    result: reply.kind === 'accepted' ? 'success' : 'failure',
    reason: text('event.test-mail', { to, reply: reply.reply }),
  });
  return done({ accepted: reply.kind === 'accepted', reply: reply.reply });
}
