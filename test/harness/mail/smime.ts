/** Certificates for S/MIME tests, made and used by openssl: another program than ours says whether a mail is right. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Openssl = {
  /** A certificate of its own for an address. @returns PEM */
  make(name: string, address: string, more?: { usage?: string; bits?: number; days?: number }): string;
  pkcs12(name: string, password: string, ...more: string[]): Buffer;
  /** @returns the entity inside */
  decrypt(name: string, mail: Buffer): Buffer;
  /** @returns the entity that was signed; throws when the signature is not of this name's certificate */
  verify(name: string, mail: Buffer): Buffer;
  remove(): void;
};

export function openssl(): Openssl {
  const folder = mkdtempSync(join(tmpdir(), 'sower-smime-'));
  const at = (name: string): string => join(folder, name);
  const run = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    make(name, address, { usage = 'digitalSignature,keyEncipherment', bits = 2048, days = 30 } = {}) {
      run(
        'req',
        '-x509',
        ...['-newkey', `rsa:${bits}`, '-nodes', '-days', String(days)],
        ...['-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)],
        ...['-addext', `subjectAltName=email:${address}`],
        ...['-addext', `keyUsage=${usage}`, '-addext', 'extendedKeyUsage=emailProtection'],
      );
      return readFileSync(at(`${name}.pem`), 'utf8');
    },
    pkcs12(name, password, ...more) {
      run(
        'pkcs12',
        '-export',
        ...['-in', at(`${name}.pem`), '-inkey', at(`${name}.key`)],
        ...['-passout', `pass:${password}`, '-out', at(`${name}.p12`), ...more],
      );
      return readFileSync(at(`${name}.p12`));
    },
    decrypt(name, mail) {
      writeFileSync(at('mail'), mail);
      const own = ['-recip', at(`${name}.pem`), '-inkey', at(`${name}.key`)];
      return run('cms', '-decrypt', '-in', at('mail'), ...own);
    },
    verify(name, mail) {
      writeFileSync(at('mail'), mail);
      return run('cms', '-verify', '-in', at('mail'), '-CAfile', at(`${name}.pem`), '-purpose', 'any');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
