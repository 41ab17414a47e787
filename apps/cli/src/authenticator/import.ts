/** `sower authenticator import`: from a link, a QR code, or a URL and an activation code to a token in the store. */

import { readFileSync } from 'node:fs';
import { inGroupsOfThree } from '@sower/bytes/groups';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import { explainDefect } from '@sower/ctkip/authenticator/explain';
import { type Invitation, readInvitation } from '@sower/ctkip/authenticator/invitation';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { InvalidArgumentError } from 'commander';
import { type Call, localCommand } from '../command.ts';
import { unreadableFile } from '../files.ts';
import { httpClient, isLoopback, parseFingerprint, type Trust } from '../http.ts';
import { see } from '../options.ts';
import { type Failure, fail, type Outcome, type Result, success } from '../outcome.ts';
import { fields } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { readSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';
import { type DialectName, type ExchangeInput, exchange, type Provisioned } from './exchange.ts';
import { openToWrite, STORE_OPTIONS } from './opening.ts';
import { readQrImage } from './qr-image.ts';
import type { Store } from './store.ts';
import type { TokenRecord } from './token-record.ts';
import type { StoreOptions } from './unlock.ts';

/** Where the invitation to import a token comes from here: an argument, an option, a picture, standard input. */
type InvitationOptions = { url?: string; code?: string; qr?: string; allowHttp?: boolean };

async function askedInvitation(
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

async function linkText(terminal: Terminal, link: string | undefined, { url, qr }: InvitationOptions) {
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

type ImportOptions = StoreOptions &
  InvitationOptions & {
    ca?: string;
    insecureAcceptCertificate?: string;
    dialect?: DialectName;
    replace?: boolean;
    deviceClass?: string;
  };

type Complete = Invitation & { readonly activationCode: string };

const LIMITS = { timeoutMs: 15_000, maxBytes: 256 * 1024 };

export const IMPORT = localCommand<ImportOptions>({
  usage: 'import [link]',
  options: [
    ...STORE_OPTIONS,
    ['--url <url>', 'authenticator.import.url'],
    ['--code <code>', 'authenticator.import.code'],
    ['--qr <image>', 'authenticator.import.qr'],
    ['--replace', 'authenticator.import.replace'],
    ['--ca <file>', 'authenticator.import.ca'],
    [
      '--insecure-accept-certificate <sha256>',
      'authenticator.import.insecureAcceptCertificate',
      { read: fingerprint },
    ],
    ['--device-class <guid>', 'authenticator.import.deviceClass'],
    ['--allow-http', 'authenticator.import.allowHttp'],
    ['--dialect <name>', 'authenticator.import.dialect', { choices: ['rfc4758', 'deployed'] }],
  ],
  help: () => t('authenticator.import.help'),
  run: importCommand,
});

async function importCommand(call: Call<ImportOptions>): Promise<Outcome> {
  const { terminal, options } = call;
  const trust = trustOf(options);
  if (!trust.ok) return trust;
  const invitation = await askedInvitation(terminal, call.args[0], options);
  if (!invitation.ok) return invitation;
  const store = await openToWrite(terminal, options);
  if (!store.ok) return store;
  // The store is written once unchanged: if that fails, no activation code is used up for nothing.
  const writable = await store.value.update((contents) => success({ contents, value: undefined }));
  if (!writable.ok) return writable;

  const http = httpClient(trust.value, LIMITS);
  try {
    const provisioned = await withProgress(
      terminal,
      { message: t('authenticator.import.asking', { host: invitation.value.url.host }), total: 4 },
      (progress) =>
        provision(store.value, invitation.value, options, {
          http,
          now: terminal.now,
          report: progress.report,
        }),
    );
    if (!provisioned.ok) return withNextStep(provisioned);
    return await keep(store.value, invitation.value, provisioned.value, options.replace === true);
  } finally {
    http.close();
  }
}

function provision(
  store: Store,
  { url, dialect, activationCode }: Complete,
  options: ImportOptions,
  means: Pick<ExchangeInput, 'http' | 'now' | 'report'>,
): Promise<Result<Provisioned>> {
  return exchange({
    url,
    activationCode,
    dialect: options.dialect ?? dialect,
    deviceId: store.contents.deviceId,
    deviceClass: options.deviceClass ?? DEVICE_CLASS,
    ...means,
    // Reported before the code is used up, if the server names the token first.
    mayTake: (serial) =>
      options.replace !== true && has(store.contents.tokens, serial) ? alreadyHere(serial, false) : undefined,
  });
}

async function keep(
  store: Store,
  { url }: Invitation,
  provisioned: Provisioned,
  replace: boolean,
): Promise<Outcome> {
  const { seed, ...rest } = provisioned;
  const token: TokenRecord = {
    ...rest,
    seed: Buffer.from(seed).toString('base64'),
    counter: 0,
    server: url.host,
  };
  const stored = await store.update((contents) => {
    const present = has(contents.tokens, token.serial);
    if (present && !replace) return alreadyHere(token.serial, true);
    const others = contents.tokens.filter(({ serial }) => serial !== token.serial);
    return success({ contents: { ...contents, tokens: [...others, token] }, value: present });
  });
  if (!stored.ok) return stored;
  const { seed: _, counter: __, ...shown } = token;
  const comparison = inGroupsOfThree(await comparisonNumber(seed));
  return {
    ok: true,
    json: { ...shown, comparisonNumber: comparison, replaced: stored.value },
    text: `${t(stored.value ? 'authenticator.import.replaced' : 'authenticator.import.imported', token)}\n${fields(
      [
        [t('field.algorithm'), token.algorithm],
        [t('field.digits'), token.digits],
        [
          t('field.interval'),
          token.algorithm === 'hotp' ? undefined : t('output.seconds', { count: token.interval }),
        ],
        [t('field.pin'), token.addPin ? t('authenticator.pinAdded') : undefined],
        [t('field.expires'), token.expiresOn],
        [t('field.userId'), token.userId],
        [t('field.server'), token.server],
        [t('field.comparison'), comparison],
      ],
    )}`,
    notes: [
      t('authenticator.import.compare'),
      t('usage.next', { command: `sower authenticator code ${token.serial}` }),
    ],
  };
}

const has = (tokens: readonly TokenRecord[], serial: string): boolean =>
  tokens.some((token) => token.serial === serial);

function alreadyHere(serial: string, spent: boolean): Failure {
  return fail(
    'refused',
    'already-here',
    t(spent ? 'importing.keptOld.message' : 'importing.alreadyHere', { serial }),
    {
      next: spent
        ? t('authenticator.import.thenReplace', { next: t('importing.keptOld.next') })
        : t('authenticator.import.addReplace'),
      details: { serial },
    },
  );
}

function trustOf(options: ImportOptions): Result<Trust> {
  if (options.ca !== undefined && options.insecureAcceptCertificate !== undefined) {
    return fail('usage', 'two-trusts', t('authenticator.import.twoTrusts'));
  }
  if (options.insecureAcceptCertificate !== undefined) {
    return success({ fingerprint: options.insecureAcceptCertificate });
  }
  if (options.ca === undefined) return success({});
  try {
    const ca = readFileSync(options.ca, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return success({ ca });
    return fail('usage', 'not-pem', t('authenticator.import.notPem', { file: options.ca }));
  } catch (error) {
    return unreadableFile(options.ca, error);
  }
}

function fingerprint(text: string): string {
  const digits = parseFingerprint(text);
  if (digits === undefined) throw new InvalidArgumentError(t('authenticator.import.fingerprint'));
  return digits;
}

function withNextStep(failure: Failure): Failure {
  if (failure.exit === 'untrusted') {
    const shown = String(failure.details?.fingerprint ?? '').replace(/(..)(?=.)/g, '$1:');
    return {
      ...failure,
      message:
        shown === ''
          ? failure.message
          : `${failure.message}\n${t('http.fingerprint', { fingerprint: shown })}`,
      next: t('authenticator.import.ownAuthority', { fingerprint: shown || 'FINGERPRINT' }),
    };
  }
  if (failure.exit === 'unreachable' && failure.next === undefined) {
    return { ...failure, next: t('importing.notSpent') };
  }
  return failure;
}
