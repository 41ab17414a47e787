/** `sower certificate`: what clients see of the server's TLS certificate, what needs fixing, and installing another one. */

import { readFileSync, writeFileSync } from 'node:fs';
import type { CertificateFinding } from '@sower/api/certificate-findings';
import {
  type Certificate,
  type CertificateInput,
  type ChainEntry,
  certificateKeyTypes,
} from '@sower/api/certificates';
import type { ApiClient } from '@sower/api/client';
import { hostNameOf } from '@sower/api/host-name';
import { command, given, group, type OptionRow } from '../../command.ts';
import { unreadableFile, unwritableFile, whyNotMade } from '../../files.ts';
import { act, listing, remove } from '../../operations.ts';
import { type Failure, fail, type Result, success } from '../../outcome.ts';
import { fields, printable, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { readSecret } from '../../terminal/prompt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { t } from '../../texts.ts';
import { ACME, REVOKE } from './acme.ts';

const SUBJECT: readonly OptionRow[] = [
  ['--key-type <type>', 'certificate.request.keyType', { choices: certificateKeyTypes, default: 'rsa-2048' }],
  ['--common-name <text>', 'certificate.request.commonName'],
  ['--organization <text>', 'certificate.request.organization'],
  ['--organizational-unit <text>', 'certificate.request.organizationalUnit'],
  ['--locality <text>', 'certificate.request.locality'],
  ['--state <text>', 'certificate.request.state'],
  ['--country <code>', 'certificate.request.country'],
];

const ORDER = [
  command<{ key?: string; check?: boolean }>({
    usage: 'upload <file>',
    options: [
      ['--key <file>', 'certificate.upload.key'],
      ['--check', 'certificate.upload.check'],
    ],
    help: () => t('certificate.upload.help'),
    run: async ({ api, args, options, terminal }) => {
      const read = readUpload(args[0]!, options.key);
      if (!read.ok) return read;
      const looked = await look(api, terminal, read.value);
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
  }),
  command<{ name?: string[]; out?: string }>({
    usage: 'request',
    options: [
      ['--name <name>', 'certificate.request.name', { read: (name, earlier = []) => [...earlier, name] }],
      ...SUBJECT,
      ['--out <file>', 'certificate.request.out'],
    ],
    run: async ({ api, options, terminal }) => {
      const { name, out } = options;
      const unwritable = out === undefined ? undefined : whyNotMade(out, 'unwritable-file');
      if (unwritable) return unwritable;
      const names = name ?? [hostNameOf((await api('getServer', {})).publicUrl)];
      const body = { ...given(SUBJECT, options), names };
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
  }),
];

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
async function look(api: ApiClient, terminal: Terminal, given: CertificateInput) {
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

export const CERTIFICATE = group('certificate', [
  act('getCertificate', {
    usage: 'show',
    isDefault: true,
    progress: () => t('certificate.show.progress'),
    done: text,
  }),
  ...ORDER,
  listing('listCertificates', {
    empty: 'certificate.list.none',
    columns: [
      'field.id',
      { title: 'field.state', value: ({ state }) => t(`certificate-state.${state}`) },
      'field.subject',
      { title: 'field.names', value: ({ names }) => names.join(' ') },
      { title: 'field.validTo', value: ({ chain }) => time(chain[0]?.validTo) },
      { title: 'field.made', value: ({ createdAt }) => time(createdAt) },
    ],
  }),
  act('useCertificate', {
    usage: 'use <id>',
    done: (_, { named: used, name }) => ({ json: { used }, text: t('certificate.use.done', { id: name }) }),
  }),
  remove('deleteCertificate', {
    usage: 'delete <id>',
    confirm: ({ name }) => t('certificate.delete.confirm', { id: name }),
    done: (id) => t('certificate.delete.done', { id }),
  }),
  ACME,
  REVOKE,
]);
