/** `sower certificate`: what clients see of the server's TLS certificate, and what there is to mend. */
import type { Certificate } from '@sower/api/resources';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from './command.ts';
import { unchanged } from './options.ts';
import { fields, printable, time } from './output.ts';
import { withProgress } from './progress.ts';

const SOURCES: Readonly<Record<Certificate['source'], string>> = {
  own: "the server's own CA",
  files: 'files given to the server',
  none: 'none: the server speaks plain HTTP, and a proxy holds the certificate',
};

const REACHABLE: Readonly<Record<Certificate['reachable'], string>> = {
  trusted: "yes, with a certificate that the server's own host trusts",
  untrusted: "yes, with a certificate that the server's own host does not trust",
  unreachable: "not to the server's own host",
};

export function addCertificateCommand(frame: Frame, program: Command): void {
  addServerCommand(
    frame,
    program,
    'certificate',
    'Show what clients see of the TLS certificate, whether the public URL answers, and what to mend',
    unchanged,
    async ({ api, terminal }) => {
      const seen = await withProgress(terminal, { message: 'Calling the public URL' }, () =>
        api('getCertificate', {}),
      );
      return { ok: true, json: seen, text: text(seen) };
    },
  );
}

function text({ source, publicUrl, chain, reachable, problems }: Certificate): string {
  const head = fields([
    ['Public URL', publicUrl],
    ['Answers', REACHABLE[reachable]],
    ['Certificate from', SOURCES[source]],
  ]);
  const certificates = chain.map((certificate) =>
    fields([
      ['Subject', certificate.subject],
      ['Issuer', certificate.issuer],
      ['Names', certificate.names.join(', ')],
      ['Valid from', time(certificate.validFrom)],
      ['Valid to', time(certificate.validTo)],
      ['Key', certificate.keyType],
      ['Fingerprint', certificate.fingerprint],
    ]),
  );
  const verdict =
    problems.length === 0
      ? 'Nothing to mend.'
      : ['To mend:', ...problems.map((problem) => `- ${printable(problem)}`)].join('\n');
  return [head, ...certificates, verdict].join('\n\n');
}
