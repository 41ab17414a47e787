/** `sower user mail`: the language in which a user gets mail, and the certificate to which secrets are encrypted. */
import { readFileSync } from 'node:fs';
import type { UserMail } from '@sower/api/mail';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { unreadableFile } from '../../files.ts';
import type { Outcome } from '../../outcome.ts';
import { fields, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

type Options = {
  language?: MailLanguage | 'default';
  /** False: none any more. */
  certificate?: string | false;
};

export function addUserMailCommand(frame: Frame, user: Command): void {
  addServerCommand<Options>(
    frame,
    user,
    'mail <userid>',
    t('user.mail.summary'),
    (command) =>
      command
        .addOption(
          new Option('--language <language>', t('user.mail.language')).choices([
            ...MAIL_LANGUAGES,
            'default',
          ]),
        )
        .option('--certificate <file>', t('user.mail.certificate'))
        .option('--no-certificate', t('user.mail.noCertificate')),
    async ({ api, args, options: { language, certificate } }) => {
      const params = { userId: args[0]! };
      let pem: string | undefined;
      try {
        pem = certificate === false ? '' : certificate && readFileSync(certificate, 'utf8');
      } catch (error) {
        return unreadableFile(String(certificate), error);
      }
      const body = {
        ...(language === undefined ? {} : { language: language === 'default' ? ('' as const) : language }),
        ...(pem === undefined ? {} : { certificate: pem }),
      };
      if (Object.keys(body).length === 0) return shown(await api('getUserMail', { params }));
      return shown(await api('editUserMail', { params, body }));
    },
  );
}

function shown(mail: UserMail): Outcome {
  const { language, certificate } = mail;
  return {
    ok: true,
    json: mail,
    text: fields([
      [t('field.mailLanguage'), language ?? t('user.mail.default')],
      [t('field.certificate'), certificate === undefined ? t('output.none') : certificate.subject],
      [t('field.expires'), time(certificate?.validTo)],
    ]),
  };
}
