/** `sower authenticator import`: from a link, a QR code, or a URL and an activation code to a token in the store. */
import { readFileSync } from 'node:fs';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import type { Invitation } from '@sower/ctkip/authenticator/invitation';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCommand, type Call, type Frame } from '../command.ts';
import { unreadableFile } from '../files.ts';
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
    t('authenticator.import.summary'),
    (command) =>
      storeOptions(command)
        .option('--url <url>', t('authenticator.import.url'))
        .option('--code <code>', t('authenticator.import.code'))
        .option('--qr <image>', t('authenticator.import.qr'))
        .option('--replace', t('authenticator.import.replace'))
        .option('--ca <file>', t('authenticator.import.ca'))
        .option(
          '--insecure-accept-certificate <sha256>',
          t('authenticator.import.insecureAcceptCertificate'),
          fingerprint,
        )
        .option('--device-class <guid>', t('authenticator.import.deviceClass'))
        .option('--allow-http', t('authenticator.import.allowHttp'))
        .addOption(
          new Option('--dialect <name>', t('authenticator.import.dialect')).choices(['rfc4758', 'deployed']),
        )
        .addHelpText('after', `\n${t('authenticator.import.help')}`),
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
  // Three groups of three, as the Self-Service Console shows it.
  const comparison = (await comparisonNumber(seed)).replace(/(...)(?=.)/g, '$1-');
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
