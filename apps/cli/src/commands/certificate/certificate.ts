/** `sower certificate`: what clients see of the server's TLS certificate, what needs fixing, and installing another one. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { CertificateFinding } from '@sower/api/certificate-findings';
import {
  type Certificate,
  type CertificateCheck,
  type CertificateInput,
  type CertificateRequest,
  type ChainEntry,
  certificateKeyTypes,
  type StoredCertificate,
} from '@sower/api/certificates';
import type { ApiClient } from '@sower/api/client';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { unreadableFile, unwritableFile, whyNotMade } from '../../files.ts';
import { listed } from '../../listing.ts';
import { unchanged, yesOption } from '../../options.ts';
import { type Failure, fail, type Result, success } from '../../outcome.ts';
import { type Column, fields, printable, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName, readSecret } from '../../terminal/prompt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { t } from '../../texts.ts';
import { addAcmeCommands } from './acme.ts';

const COLUMNS: readonly Column<StoredCertificate>[] = [
  { title: 'field.id', value: (row) => row.id },
  { title: 'field.state', value: (row) => row.state },
  { title: 'field.subject', value: (row) => row.subject },
  { title: 'field.names', value: (row) => row.names.join(' ') },
  { title: 'field.validTo', value: (row) => time(row.chain[0]?.validTo) },
  { title: 'field.made', value: (row) => time(row.createdAt) },
];

type RequestOptions = {
  name?: string[];
  keyType: (typeof certificateKeyTypes)[number];
  commonName?: string;
  organization?: string;
  organizationalUnit?: string;
  locality?: string;
  state?: string;
  country?: string;
  out?: string;
};

export function addCertificateCommands(frame: Frame, program: Command): void {
  const certificate = program.command('certificate').description(t('certificate.summary'));

  addServerCommand(
    frame,
    certificate,
    { usage: 'show', isDefault: true },
    t('certificate.show.summary'),
    unchanged,
    async ({ api, terminal }) => {
      const seen = await withProgress(terminal, { message: t('certificate.show.progress') }, () =>
        api('getCertificate', {}),
      );
      return { ok: true, json: seen, text: text(seen) };
    },
  );

  addOrderCommands(frame, certificate);

  addServerCommand(frame, certificate, 'list', t('certificate.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listCertificates', {});
    return listed(items, { columns: COLUMNS, empty: t('certificate.list.none') }, next);
  });

  addServerCommand(
    frame,
    certificate,
    'use <id>',
    t('certificate.use.summary'),
    unchanged,
    async ({ api, args }) => {
      await api('useCertificate', { params: { id: args[0]! } });
      return {
        ok: true,
        json: { used: args[0] },
        text: t('certificate.use.done', { id: printable(args[0]!) }),
      };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    certificate,
    'delete <id>',
    t('certificate.delete.summary'),
    yesOption,
    async ({ api, args, options, terminal }) => {
      const id = args[0]!;
      const stop = await confirmByName(terminal, {
        name: id,
        consequence: t('certificate.delete.confirm', { id }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteCertificate', { params: { id } });
      return { ok: true, json: { deleted: id }, text: t('certificate.delete.done', { id: printable(id) }) };
    },
  );

  addAcmeCommands(frame, certificate);
}

function addOrderCommands(frame: Frame, certificate: Command): void {
  addServerCommand<{ key?: string; check?: boolean }>(
    frame,
    certificate,
    'upload <file>',
    t('certificate.upload.summary'),
    (command) =>
      command
        .option('--key <file>', t('certificate.upload.key'))
        .option('--check', t('certificate.upload.check'))
        .addHelpText('after', `\n${t('certificate.upload.help')}`),
    async ({ api, args, options, terminal }) => {
      const given = readUpload(args[0]!, options.key);
      if (!given.ok) return given;
      const looked = await look(api, terminal, given.value);
      if (!looked.ok) return looked;
      const { input, check } = looked.value;
      if (options.check === true) {
        return {
          ok: true,
          json: check,
          text: `${t('certificate.upload.usable')}\n\n${chainText(check.chain)}`,
        };
      }
      const stored = await api('addCertificate', { body: input });
      return {
        ok: true,
        json: stored,
        text: t('certificate.upload.done', {
          subject: printable(stored.subject),
          date: stored.chain[0]?.validTo ?? '',
        }),
        notes: [t('certificate.upload.next')],
      };
    },
  );

  addServerCommand<RequestOptions>(
    frame,
    certificate,
    'request',
    t('certificate.request.summary'),
    (command) =>
      command
        .option('--name <name>', t('certificate.request.name'), collect)
        .addOption(
          new Option('--key-type <type>', t('certificate.request.keyType'))
            .choices(certificateKeyTypes)
            .default('rsa-2048'),
        )
        .option('--common-name <text>', t('certificate.request.commonName'))
        .option('--organization <text>', t('certificate.request.organization'))
        .option('--organizational-unit <text>', t('certificate.request.organizationalUnit'))
        .option('--locality <text>', t('certificate.request.locality'))
        .option('--state <text>', t('certificate.request.state'))
        .option('--country <code>', t('certificate.request.country'))
        .option('--out <file>', t('certificate.request.out')),
    async ({ api, options, terminal }) => {
      const { name, out, ...subject } = options;
      const unwritable = out === undefined ? undefined : whyNotMade(out, 'unwritable-file');
      if (unwritable) return unwritable;
      const names = name ?? [
        new URL((await api('getServer', {})).publicUrl).hostname.replace(/^\[|\]$/g, ''),
      ];
      const body: CertificateRequest = {
        ...requestOf(subject),
        names,
      };
      const made = await withProgress(terminal, { message: t('certificate.request.progress') }, () =>
        api('requestCertificate', { body }),
      );
      const request = made.request ?? '';
      if (out !== undefined) {
        try {
          writeFileSync(out, request, { flag: 'wx' });
        } catch (error) {
          return { ...unwritableFile(out, error), next: t('certificate.request.stored') };
        }
      }
      return {
        ok: true,
        json: made,
        text: out === undefined ? request.trim() : t('certificate.request.done', { file: printable(out) }),
        notes: [t('certificate.request.next')],
      };
    },
  );
}

const collect = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

/** Only the options that were given; `data` and `json` are options of every command. */
function requestOf(options: Omit<RequestOptions, 'name' | 'out'>): Omit<CertificateRequest, 'names'> {
  const { keyType, commonName, organization, organizationalUnit, locality, state, country } = options;
  const subject = { commonName, organization, organizationalUnit, locality, state, country };
  const said = Object.entries(subject).filter(([, value]) => value !== undefined);
  return { keyType, ...Object.fromEntries(said) };
}

function readUpload(file: string, keyFile: string | undefined): Result<CertificateInput> {
  let reading = file;
  try {
    const content = readFileSync(file);
    if (content.toString('latin1').includes('-----BEGIN ')) {
      reading = keyFile ?? file;
      const key = keyFile === undefined ? undefined : readFileSync(keyFile, 'utf8');
      return success({ kind: 'pem', chain: content.toString('utf8'), ...(key === undefined ? {} : { key }) });
    }
    if (content.length > 0 && content[0] !== 0x30) {
      return fail('usage', 'no-certificate', t('certificate.upload.neither', { file }), {
        next: t('certificate.upload.neitherNext'),
      });
    }
    return success({ kind: 'pkcs12', file: content.toString('base64'), password: '' });
  } catch (error) {
    return unreadableFile(reading, error);
  }
}

/** Has the server examine it, and asks for the password if the server needs it. */
async function look(
  api: ApiClient,
  terminal: Terminal,
  given: CertificateInput,
): Promise<Result<{ input: CertificateInput; check: CertificateCheck }>> {
  let input = given;
  let check = await api('checkCertificate', { body: input });
  if (check.findings.some(({ path }) => path === 'password')) {
    const password = await readSecret(terminal, 'password');
    if (!password.ok) return password;
    input = { ...given, password: password.value };
    check = await api('checkCertificate', { body: input });
  }
  return check.usable ? success({ input, check }) : refusedFor(check.findings);
}

function refusedFor(findings: readonly CertificateFinding[]): Failure {
  const lines = findings.map((finding) => `- ${printable(finding.text)}`);
  return fail('refused', 'certificate-refused', [t('certificate.upload.refused'), ...lines].join('\n'), {
    details: { findings },
  });
}

const chainText = (chain: readonly ChainEntry[]): string =>
  chain
    .map((entry) =>
      fields([
        [t('field.subject'), entry.subject],
        [t('field.issuer'), entry.selfSigned ? t('certificate.self') : entry.issuer],
        [t('field.names'), entry.names.join(', ')],
        [t('field.validFrom'), time(entry.validFrom)],
        [t('field.validTo'), t('certificate.validTo', { at: time(entry.validTo)!, count: entry.daysLeft })],
        [t('field.key'), entry.keyType],
        [t('field.signature'), entry.signature],
        [t('field.fingerprint'), entry.fingerprint],
      ]),
    )
    .join('\n\n');

function text({ source, publicUrl, chain, reachable, thisServer, problems }: Certificate): string {
  const head = fields([
    [t('field.publicUrl'), publicUrl],
    [t('field.answers'), t(`certificate.reachable.${reachable}`)],
    [t('field.byThisServer'), thisServer],
    [t('field.certificateFrom'), t(`certificate.source.${source}`)],
  ]);
  const verdict =
    problems.length === 0
      ? t('certificate.nothingToFix')
      : [t('certificate.toFix'), ...problems.map((problem) => `- ${printable(problem.text)}`)].join('\n');
  return [head, chainText(chain), verdict].join('\n\n');
}
