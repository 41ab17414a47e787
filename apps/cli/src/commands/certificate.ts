/** `sower certificate`: what clients see of the server's TLS certificate, what there is to mend, and how another one gets in. */
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
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { unchanged, yesOption } from '../options.ts';
import { type Failure, fail, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';

const SOURCES: Readonly<Record<Certificate['source'], string>> = {
  own: "the server's own CA",
  stored: 'the database of the server',
  files: 'files given to the server; they go before what is stored',
  none: 'a proxy: the server itself speaks plain HTTP',
};

const REACHABLE: Readonly<Record<Certificate['reachable'], string>> = {
  trusted: "yes, with a certificate that the server's own host trusts",
  untrusted: "yes, with a certificate that the server's own host does not trust",
  unreachable: "not to the server's own host",
};

const COLUMNS: readonly Column<StoredCertificate>[] = [
  { title: 'Id', value: (row) => row.id },
  { title: 'State', value: (row) => row.state },
  { title: 'Subject', value: (row) => row.subject },
  { title: 'Names', value: (row) => row.names.join(' ') },
  { title: 'Valid to', value: (row) => time(row.chain[0]?.validTo) },
  { title: 'Made', value: (row) => time(row.createdAt) },
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
  const certificate = program
    .command('certificate')
    .description('The TLS certificate: what clients see, and how another one gets in');

  addServerCommand(
    frame,
    certificate,
    { usage: 'show', isDefault: true },
    'Show what clients see of the TLS certificate, whether the public URL answers, and what to mend',
    unchanged,
    async ({ api, terminal }) => {
      const seen = await withProgress(terminal, { message: 'Calling the public URL' }, () =>
        api('getCertificate', {}),
      );
      return { ok: true, json: seen, text: text(seen) };
    },
  );

  addServerCommand<{ key?: string; check?: boolean }>(
    frame,
    certificate,
    'upload <file>',
    'Use another certificate: a PEM chain with its key, a PKCS#12 file, or the answer to a request',
    (command) =>
      command
        .option('--key <file>', 'private key (PEM); without it a key that the server has is looked for')
        .option('--check', 'only look whether it could be used')
        .addHelpText(
          'after',
          '\nThe password of an encrypted key or file is asked for, or read from standard input.\nNothing is changed when the certificate could not be used.',
        ),
    async ({ api, args, options, terminal }) => {
      const given = readUpload(args[0]!, options.key);
      if (!given.ok) return given;
      const looked = await look(api, terminal, given.value);
      if (!looked.ok) return looked;
      const { input, check } = looked.value;
      if (options.check === true) {
        return { ok: true, json: check, text: `It can be used.\n\n${chainText(check.chain)}` };
      }
      const stored = await api('addCertificate', { body: input });
      return {
        ok: true,
        json: stored,
        text: `${printable(stored.subject)} is in use. It expires on ${time(stored.chain[0]?.validTo)}.`,
        notes: ['Other processes of the server follow within a minute. See: sower certificate show'],
      };
    },
  );

  addServerCommand<RequestOptions>(
    frame,
    certificate,
    'request',
    'Make a key and a certificate signing request for it; the key never leaves the server',
    (command) =>
      command
        .option(
          '--name <name>',
          'DNS name or address, repeatable (default: the host of the public URL)',
          collect,
        )
        .addOption(
          new Option('--key-type <type>', 'kind of key').choices(certificateKeyTypes).default('rsa-2048'),
        )
        .option('--common-name <text>', 'common name (default: the first name)')
        .option('--organization <text>', 'organization')
        .option('--organizational-unit <text>', 'organizational unit')
        .option('--locality <text>', 'locality')
        .option('--state <text>', 'state or province')
        .option('--country <code>', 'country, two letters')
        .option('--out <file>', 'write the request there instead of to standard output'),
    async ({ api, options, terminal }) => {
      const { name, out, ...subject } = options;
      const names = name ?? [
        new URL((await api('getServer', {})).publicUrl).hostname.replace(/^\[|\]$/g, ''),
      ];
      const body: CertificateRequest = {
        ...requestOf(subject),
        names,
      };
      const made = await withProgress(terminal, { message: 'Making a key' }, () =>
        api('requestCertificate', { body }),
      );
      const request = made.request ?? '';
      if (out !== undefined) {
        try {
          writeFileSync(out, request);
        } catch (error) {
          return fail('usage', 'unwritable-file', `${out}: ${(error as Error).message}`, {
            next: `The request is made and stored: sower certificate list --json shows it.`,
          });
        }
      }
      return {
        ok: true,
        json: made,
        text: out === undefined ? request.trim() : `The request is in ${printable(out)}.`,
        notes: ['Next: have an authority sign it, then: sower certificate upload ANSWER.pem'],
      };
    },
  );

  addServerCommand(
    frame,
    certificate,
    'list',
    'List the certificates stored on the server and the requests that wait for an answer',
    unchanged,
    async ({ api }) => {
      const { items, next } = await api('listCertificates', {});
      return listed(items, { columns: COLUMNS, empty: 'No certificate is stored on the server.' }, next);
    },
  );

  addServerCommand(
    frame,
    certificate,
    'use <id>',
    'Go back to a certificate used earlier; "own" is the one the server has without a stored one',
    unchanged,
    async ({ api, args }) => {
      await api('useCertificate', { params: { id: args[0]! } });
      return { ok: true, json: { used: args[0] }, text: `Certificate ${printable(args[0]!)} is in use.` };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    certificate,
    'delete <id>',
    'Delete a request or a certificate that is not in use, with its key',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const id = args[0]!;
      const stop = await confirmByName(terminal, {
        name: id,
        consequence: `This deletes the certificate or request ${id} and its private key.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteCertificate', { params: { id } });
      return { ok: true, json: { deleted: id }, text: `Certificate ${printable(id)} is deleted.` };
    },
  );
}

const collect = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

/** What was said, and nothing of what was not; `data` and `json` are options of every command. */
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
      return fail('usage', 'no-certificate', `${file} holds neither PEM nor PKCS#12.`, {
        next: 'A certificate in PEM begins with the line -----BEGIN CERTIFICATE-----.',
      });
    }
    return success({ kind: 'pkcs12', file: content.toString('base64'), password: '' });
  } catch (error) {
    return fail('usage', 'unreadable-file', `${reading}: ${(error as Error).message}`);
  }
}

/** Has the server look at it, and asks for the password when the server cannot open it without. */
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
  return fail(
    'refused',
    'certificate-refused',
    ['This certificate cannot be used; nothing was changed:', ...lines].join('\n'),
    { details: { findings } },
  );
}

const chainText = (chain: readonly ChainEntry[]): string =>
  chain
    .map((entry) =>
      fields([
        ['Subject', entry.subject],
        ['Issuer', entry.selfSigned ? 'itself (self-signed)' : entry.issuer],
        ['Names', entry.names.join(', ')],
        ['Valid from', time(entry.validFrom)],
        ['Valid to', `${time(entry.validTo)} (${entry.daysLeft} days)`],
        ['Key', entry.keyType],
        ['Signature', entry.signature],
        ['Fingerprint', entry.fingerprint],
      ]),
    )
    .join('\n\n');

function text({ source, publicUrl, chain, reachable, thisServer, problems }: Certificate): string {
  const head = fields([
    ['Public URL', publicUrl],
    ['Answers', REACHABLE[reachable]],
    ['By this server', thisServer === undefined ? undefined : thisServer ? 'yes' : 'no'],
    ['Certificate from', SOURCES[source]],
  ]);
  const verdict =
    problems.length === 0
      ? 'Nothing to mend.'
      : ['To mend:', ...problems.map((problem) => `- ${printable(problem.text)}`)].join('\n');
  return [head, chainText(chain), verdict].join('\n\n');
}
