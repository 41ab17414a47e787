/** Where the invitation to import a token comes from here: an argument, an option, a picture, standard input. */
import { explainDefect } from '@sower/ctkip/authenticator/explain';
import { type Invitation, readInvitation } from '@sower/ctkip/authenticator/invitation';
import { isLoopback } from '../http.ts';
import { see } from '../options.ts';
import { fail, type Result, success } from '../outcome.ts';
import { readSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';
import { readQrImage } from './qr-image.ts';

export type InvitationOptions = { url?: string; code?: string; qr?: string; allowHttp?: boolean };

export async function askedInvitation(
  terminal: Terminal,
  linkArgument: string | undefined,
  options: InvitationOptions,
): Promise<Result<Invitation & { readonly activationCode: string }>> {
  const given = [linkArgument, options.url, options.qr].filter((source) => source !== undefined);
  if (given.length !== 1) {
    return fail(
      'usage',
      'which-source',
      t('authenticator.import.whichSource'),
      see('sower authenticator import --help'),
    );
  }
  const text = await linkText(terminal, linkArgument, options);
  if (!text.ok) return text;
  const read = invitationIn(text.value, options.allowHttp === true);
  if (!read.ok) return read;
  const { activationCode } = read.value;
  if (activationCode !== undefined && options.code !== undefined) {
    return fail('usage', 'two-codes', t('authenticator.import.twoCodes'), {
      next: t('authenticator.import.twoCodesNext'),
    });
  }
  const code = activationCode ?? options.code;
  if (code !== undefined) return success({ ...read.value, activationCode: code });
  const typed = await readSecret(terminal, 'activation-code');
  return typed.ok ? success({ ...read.value, activationCode: typed.value }) : typed;
}

async function linkText(
  terminal: Terminal,
  link: string | undefined,
  { url, qr }: InvitationOptions,
): Promise<Result<string>> {
  if (qr !== undefined) return readQrImage(qr);
  if (link === '-') return readSecret(terminal, 'link');
  return success((link ?? url)!);
}

function invitationIn(text: string, allowHttp: boolean): Result<Invitation> {
  const read = readInvitation(text, { mayUseHttp: (url) => allowHttp && isLoopback(url) });
  if (read.ok) return success(read.invitation);
  const { message, next } = explainDefect(read.defect, read.host);
  const loopback = read.host !== undefined && isLoopback(new URL(`http://${read.host}`));
  return fail('usage', read.defect, t(message), {
    next: read.defect === 'not-https' && loopback ? t('authenticator.import.addAllowHttp') : t(next),
  });
}
