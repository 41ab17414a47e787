/** SoftHSM as a hardware security module that can be pulled and put back, with keys made as docs/operations.md says. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const PIN = '271828';

/** SoftHSM, pkcs11-tool, and pkcs11js, which is compiled where there is a compiler. */
export function hasSoftHsm(): boolean {
  try {
    createRequire(import.meta.filename).resolve('pkcs11js/build/Release/pkcs11.node');
    execFileSync('sh', ['-c', 'command -v softhsm2-util && command -v pkcs11-tool'], { stdio: 'ignore' });
    return existsSync(MODULE);
  } catch {
    return false;
  }
}

export function softHsm() {
  const folder = mkdtempSync(join(tmpdir(), 'sower-hsm-'));
  const [tokens, pulled, pinFile] = ['tokens', 'pulled', 'pin'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(tokens);
  writeFileSync(join(folder, 'softhsm.conf'), `directories.tokendir = ${tokens}\n`);
  writeFileSync(pinFile, `${PIN}\n`);
  // For this process, and all that it starts.
  process.env.SOFTHSM2_CONF = join(folder, 'softhsm.conf');
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'ignore' });
  run('softhsm2-util', '--init-token', '--free', '--label', 'sower', '--pin', PIN, '--so-pin', '31415926');
  return {
    pin: PIN,
    pinFile,
    makeKey(label: string, ...more: string[]): string {
      const login = ['--module', MODULE, '--token-label', 'sower', '--login', '--pin', PIN];
      run(
        'pkcs11-tool',
        ...login,
        '--keygen',
        '--key-type',
        'AES:32',
        '--sensitive',
        '--label',
        label,
        ...more,
      );
      return `pkcs11:token=sower;object=${label}?module-path=${MODULE}&pin-source=file:${pinFile}`;
    },
    pull: () => {
      renameSync(tokens, pulled);
      mkdirSync(tokens);
    },
    putBack: () => {
      rmSync(tokens, { recursive: true });
      renameSync(pulled, tokens);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
