/** `sower authenticator import`: from a link, a QR code, or a URL and an activation code to a token in the store. */
import { readFileSync } from 'node:fs';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCommand, type Call, type Frame } from '../command.ts';
import { httpClient, parseFingerprint, type Trust } from '../http.ts';
import { type Failure, fail, type Outcome, type Result, success } from '../outcome.ts';
import { fields } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';
import { type DialectName, type ExchangeInput, exchange, type Provisioned } from './exchange.ts';
import { askedInvitation, type InvitationOptions } from './invitation.ts';
import { openToWrite, storeOptions } from './opening.ts';
import type { Store } from './store.ts';
import type { TokenRecord } from './token-record.ts';
import type { StoreOptions } from './unlock.ts';

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

export function addImportCommand(frame: Frame, authenticator: Command): void {
  addCommand<ImportOptions>(
    frame,
    authenticator,
    'import [link]',
    'Import a token by CT-KIP, from the link or QR code you were given, or from a URL and an activation code',
    (command) =>
      storeOptions(command)
        .option('--url <url>', 'CT-KIP URL, when there is no link')
        .option('--code <code>', 'activation code; left out, it is read from standard input or asked for')
        .option('--qr <image>', 'PNG image with the QR code')
        .option('--replace', 'take the new seed if a token of this serial number is here already')
        .option('--ca <file>', 'trust only the authorities in this PEM file')
        .option(
          '--insecure-accept-certificate <sha256>',
          'trust the one certificate with this fingerprint, which you got from the server by another way',
          fingerprint,
        )
        .option(
          '--device-class <guid>',
          'say another device class, to try out profiles of other device types',
        )
        .option('--allow-http', 'allow http to this machine itself')
        .addOption(
          new Option(
            '--dialect <name>',
            'what the server speaks (default: rfc4758 where the URL ends in /ctkip, else deployed)',
          ).choices(['rfc4758', 'deployed']),
        )
        .addHelpText(
          'after',
          '\nThe link may be - to be read from standard input, for it holds the activation code.',
        ),
    importCommand,
  );
}

async function importCommand(call: Call<ImportOptions>): Promise<Outcome> {
  const { terminal, options } = call;
  const trust = trustOf(options);
  if (!trust.ok) return trust;
  const invitation = await askedInvitation(terminal, call.args[0], options);
  if (!invitation.ok) return invitation;
  const store = await openToWrite(terminal, options);
  if (!store.ok) return store;

  const http = httpClient(trust.value, LIMITS);
  try {
    const provisioned = await withProgress(
      terminal,
      { message: `Asking ${invitation.value.url.host}`, total: 4 },
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
    // Said before the code is spent, where the server names the token first.
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
  // Three groups of three, as the Self-Service Console shows it.
  const comparison = (await comparisonNumber(seed)).replace(/(...)(?=.)/g, '$1-');
  return {
    ok: true,
    json: { ...shown, comparisonNumber: comparison, replaced: stored.value },
    text: `Token ${token.serial} is ${stored.value ? 'replaced' : 'imported'}.\n${fields([
      ['Algorithm', token.algorithm],
      ['Digits', token.digits],
      ['Interval', token.algorithm === 'hotp' ? undefined : `${token.interval} seconds`],
      ['PIN', token.addPin ? 'added into the code' : undefined],
      ['Expires', token.expiresOn],
      ['User ID', token.userId],
      ['Server', token.server],
      ['Comparison', comparison],
    ])}`,
    notes: [
      'Compare the number with the one that the Self-Service Console shows: if they are the same, nobody stood in between.',
      `Next: sower authenticator code ${token.serial}`,
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
        ? `${t('importing.keptOld.next')} Then import it with --replace.`
        : 'To take the new seed in its place, add --replace.',
      details: { serial },
    },
  );
}

function trustOf(options: ImportOptions): Result<Trust> {
  if (options.ca !== undefined && options.insecureAcceptCertificate !== undefined) {
    return fail('usage', 'two-trusts', 'Give --ca or --insecure-accept-certificate, not both.');
  }
  if (options.insecureAcceptCertificate !== undefined) {
    return success({ fingerprint: options.insecureAcceptCertificate });
  }
  if (options.ca === undefined) return success({});
  try {
    const ca = readFileSync(options.ca, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return success({ ca });
    return fail('usage', 'not-pem', `${options.ca} holds no certificate in PEM.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return fail('usage', 'unreadable-file', `${options.ca} cannot be read (${code}).`);
  }
}

function fingerprint(text: string): string {
  const digits = parseFingerprint(text);
  if (digits === undefined) throw new InvalidArgumentError('A SHA-256 fingerprint has 64 hex digits.');
  return digits;
}

function withNextStep(failure: Failure): Failure {
  if (failure.exit === 'untrusted') {
    const shown = String(failure.details?.fingerprint ?? '').replace(/(..)(?=.)/g, '$1:');
    return {
      ...failure,
      message: shown === '' ? failure.message : `${failure.message}\nIts SHA-256 fingerprint: ${shown}`,
      next: `If the server has an authority of its own, get its certificate by a way you trust and add --ca FILE.\nOr compare the fingerprint with the one its administrator tells you (not with what this command shows), and if it is the same add --insecure-accept-certificate ${shown || 'FINGERPRINT'}`,
    };
  }
  if (failure.exit === 'unreachable' && failure.next === undefined) {
    return { ...failure, next: t('importing.notSpent') };
  }
  return failure;
}
