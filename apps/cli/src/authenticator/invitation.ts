/** What the user was given to import a token with: a link, a QR code with that link, or an address and an activation code. */
import { type LinkFailure, type ParsedLink, parseLink } from '@sower/ctkip/links';
import { isLoopback } from '../http.ts';
import { fail, type Result, success } from '../outcome.ts';
import { readSecret } from '../prompt.ts';
import type { Terminal } from '../terminal.ts';
import { readQrImage } from './qr-image.ts';

export type InvitationOptions = { url?: string; code?: string; qr?: string; allowHttp?: boolean };

export type Invitation = { readonly url: URL; readonly activationCode: string };

export async function readInvitation(
  terminal: Terminal,
  linkArgument: string | undefined,
  options: InvitationOptions,
): Promise<Result<Invitation>> {
  const given = [linkArgument, options.url, options.qr].filter((source) => source !== undefined);
  if (given.length !== 1) {
    return fail('usage', 'which-source', 'Give one of: a link, --url URL, --qr IMAGE.png.', {
      next: 'See: sower authenticator import --help',
    });
  }
  const text = await linkText(terminal, linkArgument, options);
  if (!text.ok) return text;
  const link = address(text.value, options.allowHttp === true);
  if (!link.ok) return link;
  const { url, activationCode } = link.value;
  if (activationCode !== undefined && options.code !== undefined) {
    return fail('usage', 'two-codes', 'The link has an activation code of its own.', {
      next: 'Leave --code out.',
    });
  }
  const code = activationCode ?? options.code;
  if (code !== undefined) return success({ url, activationCode: code });
  const typed = await readSecret(terminal, 'activation code');
  return typed.ok ? success({ url, activationCode: typed.value }) : typed;
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

function address(text: string, allowHttp: boolean): Result<{ url: URL; activationCode: string | undefined }> {
  const parsed: ParsedLink | LinkFailure = parseLink(text, { allowHttp: true });
  if (!parsed.ok) {
    return fail('usage', 'not-a-link', `This is no CT-KIP link or address: ${parsed.reason}.`, {
      next: 'Copy the whole link, in quotation marks, or give the address with --url and the code separately.',
    });
  }
  const url = new URL(parsed.url);
  if (url.protocol === 'http:' && !(allowHttp && isLoopback(url))) {
    return fail(
      'usage',
      'not-https',
      `${url.host} is to be asked by http; the activation code would cross in clear.`,
      {
        next: isLoopback(url)
          ? 'For a server on this machine add --allow-http.'
          : 'Only https is spoken with other machines.',
      },
    );
  }
  return success({ url, activationCode: parsed.activationCode });
}
