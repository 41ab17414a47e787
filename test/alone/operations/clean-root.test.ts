/**
 * Each thing that `npm run package` builds, on a Debian with nothing in it: installed, started as a user who is not root, the README's first
 * block run against it, stopped, removed. Needs root, mmdebstrap, podman, buildah, docker.io, docker-compose and a Debian mirror, and takes
 * minutes: only with SOWER_PACKAGES=1, or with the path of a tarball of the smallest Debian.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boot } from './boot.ts';
import { AUTHORITIES, baseTarball, type CleanRoot, cleanRoot, start } from './clean-root.ts';
import { composeWalk } from './compose.ts';
import { containers, inContainer } from './containers.ts';
import { ready, size, stopped, walkThrough } from './installed.ts';

const packages = process.env.SOWER_PACKAGES;
const tree = fileURLToPath(new URL('../../..', import.meta.url));
const SLOW = 600_000;
const LOW = 843;
const HIGH = 18_443;
/** Where a container listens, so that its public URL leads there from inside, too. */
const INSIDE = 8443;
const servers: ChildProcess[] = [];
let folder: string;
let tarball: string;
let built: string[];
const artefact = (ending: string): string => built.find((path) => path.endsWith(ending)) as string;

describe.skipIf(!packages)('on a clean root', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sower-clean-'));
    built = execFileSync(process.execPath, [join(tree, 'packaging/build.ts'), join(folder, 'dist')], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    tarball = baseTarball(packages as string, join(folder, 'base.tar'));
  }, SLOW);
  afterAll(() => {
    for (const server of servers) server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts it, walks through, stops it. @returns what it cost, in words */
  async function tried(
    command: readonly [string, ...string[]],
    installed: Parameters<typeof walkThrough>[0],
    meanwhile: () => void = () => {},
  ): Promise<string> {
    const server = start(command, installed.env);
    servers.push(server);
    const took = await ready(server);
    await walkThrough(installed);
    meanwhile();
    const [code, stop] = await stopped(server);
    expect(code).toBe(0);
    return `first start ${took} ms, stop ${stop} ms`;
  }

  test(
    'the npm package',
    async () => {
      const root = cleanRoot(tarball, join(folder, 'npm'));
      // The host's Node.js and npm: a minimal Debian has neither.
      cpSync(process.execPath, join(root.folder, 'usr/local/bin/node'));
      const launcher = execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' });
      const npm = join(launcher.trim(), '../..');
      cpSync(npm, join(root.folder, 'usr/local/lib/node_modules/npm'), { recursive: true });
      cpSync(artefact('.tgz'), join(root.folder, 'tmp/sower.tgz'));
      const npmInside = 'node /usr/local/lib/node_modules/npm/bin/npm-cli.js';
      root.run(`useradd --system sower; ${npmInside} install --global --no-audit --no-fund /tmp/sower.tgz`, {
        NODE_EXTRA_CA_CERTS: AUTHORITIES,
      });
      const shell = root.as('sower', { SOWER_LISTEN: `127.0.0.1:${HIGH}` });
      const dataFolder = join(root.folder, 'var/tmp/sower/data');
      const cost = await tried(shell('exec sower serve'), { port: HIGH, dataFolder, shell });
      root.run(`${npmInside} uninstall --global sower`);
      expect(root.run('command -v sower || true; ls /usr/local/lib/node_modules')).toBe('npm');
      expect(existsSync(join(dataFolder, 'sower.sqlite'))).toBe(true);
      console.info(`npm package: ${size(statSync(artefact('.tgz')).size)}; ${cost}`);
    },
    SLOW,
  );

  test(
    'a later build of the same day replaces the earlier one, by apt and by npm',
    () => {
      const later = join(folder, 'later');
      execFileSync('git', ['clone', '--quiet', tree, later]);
      const names = ['-c', 'user.name=x', '-c', 'user.email=x@x'];
      execFileSync('git', [...names, 'commit', '--quiet', '--allow-empty', '-m', 'x'], { cwd: later });
      execFileSync(process.execPath, [join(later, 'setup.js')], { stdio: 'ignore' });
      const rebuilt = execFileSync(
        process.execPath,
        [join(later, 'packaging/build.ts'), join(folder, 'dist2')],
        {
          encoding: 'utf8',
        },
      ).split('\n');
      const second = (ending: string): string => rebuilt.find((path) => path.endsWith(ending)) as string;
      const versionOf = (deb: string): string =>
        execFileSync('dpkg-deb', ['--field', deb, 'Version'], { encoding: 'utf8' }).trim();
      const root = cleanRoot(tarball, join(folder, 'upgrade'));
      cpSync(artefact('.deb'), join(root.folder, 'tmp/1.deb'));
      cpSync(second('.deb'), join(root.folder, 'tmp/2.deb'));
      root.run('apt-get update; apt-get install --yes --no-install-recommends /tmp/1.deb');
      expect(root.run('sower --version')).toBe(versionOf(artefact('.deb')));
      const said = root.run('apt-get install --yes --no-install-recommends /tmp/2.deb');
      expect(said).not.toContain('already the newest version');
      expect(said).toMatch(/1 upgraded/);
      expect(root.run('sower --version')).toBe(versionOf(second('.deb')));
      expect(versionOf(second('.deb'))).not.toBe(versionOf(artefact('.deb')));

      const prefix = join(folder, 'prefix');
      for (const file of [artefact('.tgz'), second('.tgz')])
        execFileSync('npm', [
          'install',
          '--global',
          '--prefix',
          prefix,
          '--no-audit',
          '--no-fund',
          '--silent',
          file,
        ]);
      const manifest = join(prefix, 'lib/node_modules/sower/package.json');
      expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe(versionOf(second('.deb')));
    },
    SLOW,
  );

  test(
    'the Debian package',
    async () => {
      const root: CleanRoot = cleanRoot(tarball, join(folder, 'debian'));
      const data = join(root.folder, 'var/lib/sower');
      const settings = join(root.folder, 'etc/sower/sower.env');
      cpSync(artefact('.deb'), join(root.folder, 'tmp/sower.deb'));
      const install = 'apt-get install --yes --no-install-recommends /tmp/sower.deb';
      root.run(`apt-get update; ${install}`);
      expect(
        root.run("stat -c '%U:%G %a %n' /var/lib/sower /etc/sower /etc/sower/sower.env").split('\n'),
      ).toEqual([
        'sower:sower 700 /var/lib/sower',
        'root:sower 750 /etc/sower',
        'root:sower 640 /etc/sower/sower.env',
      ]);
      // As an operator does, at ports that only the capability opens.
      const radius = '127.0.0.9:812';
      const changed = readFileSync(settings, 'utf8').replace(
        /^SOWER_LISTEN=.*/m,
        `SOWER_LISTEN=127.0.0.1:${LOW}`,
      );
      writeFileSync(settings, `${changed}SOWER_RADIUS=${radius}\n`);
      const shell = root.as('sower', {});
      const here = root.as('sower', { PATH: '/usr/bin:/bin:/usr/lib/sower' });
      root.run('ln -s /var/lib/sower /var/tmp/sower/data');
      const cost = await tried(
        shell('exec sower serve'),
        { port: LOW, dataFolder: data, shell: here },
        () => {
          const [program, ...args] = shell('sower doctor --json; sower --version');
          const [said = '', version] = execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');
          expect(JSON.parse(said).findings.filter(({ state }: { state: string }) => state === 'bad')).toEqual(
            [],
          );
          expect(basename(artefact('.deb'))).toContain(`_${version}_`);
          expect(readFileSync('/proc/net/udp', 'utf8')).toContain(
            `0900007F:${(812).toString(16).padStart(4, '0').toUpperCase()}`,
          );
        },
      );
      expect(
        root.run('man --version >/dev/null 2>&1 || zcat /usr/share/man/man1/sower.1.gz | head -1'),
      ).toContain('.TH');

      // The same version again, as an upgrade: settings and data stay.
      appendFileSync(settings, '# mine\n');
      root.run(`${install} --reinstall`);
      expect(readFileSync(settings, 'utf8')).toContain('# mine');
      root.run('apt-get remove --yes sower');
      expect([
        existsSync(join(root.folder, 'usr/lib/sower')),
        existsSync(settings),
        existsSync(join(data, 'master.key')),
      ]).toEqual([false, true, true]);
      root.run('apt-get purge --yes sower');
      expect([existsSync(settings), existsSync(join(data, 'master.key'))]).toEqual([false, true]);
      root.run(
        `${install}; echo 'sower sower/delete-data boolean true' | debconf-set-selections; apt-get purge --yes sower`,
      );
      expect([existsSync(data), existsSync(join(root.folder, 'etc/sower'))]).toEqual([false, false]);
      expect(
        root.run(
          'find / -xdev -name "*sower*" -not -path "/proc/*" -not -path "/tmp/*" -not -path "/var/tmp/*" -not -path "/var/cache/apt/*"',
        ),
      ).toBe('');
      console.info(`Debian package: ${size(statSync(artefact('.deb')).size)}; ${cost}`);
    },
    SLOW,
  );

  test(
    'the service, by systemd: confined, at low ports, in two processes',
    async () => {
      const root = cleanRoot(tarball, join(folder, 'booted'));
      root.run('apt-get update; apt-get install --yes --no-install-recommends systemd systemd-sysv dbus');
      cpSync(artefact('.deb'), join(root.folder, 'opt/sower.deb'));
      const machine = await boot(root.folder);
      try {
        const active = (): string => machine.run('systemctl is-active sower || true');
        const main = (): string => machine.run('systemctl show --property MainPID --value sower');
        const answers = () =>
          expect.poll(() => machine.run('journalctl --unit sower | grep -c "is ready: " || true'));
        machine.run('apt-get install --yes --no-install-recommends /opt/sower.deb');
        await answers().toBe('1');
        machine.run(
          `sed -i 's/^SOWER_LISTEN=.*/SOWER_LISTEN=127.0.0.1:${LOW}/' /etc/sower/sower.env;
          printf 'SOWER_RADIUS=127.0.0.9:812\\nSOWER_PROCESSES=2\\n' >> /etc/sower/sower.env; systemctl restart sower`,
        );
        await answers().toBe('2');
        // Neither root nor more than the port; each system call is looked at.
        expect(
          machine
            .run(`grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' /proc/${main()}/status`)
            .replaceAll('\t', ' '),
        ).toMatch(/^Uid: [1-9]\d* .*\nCapEff: 0000000000000400\nNoNewPrivs: 1\nSeccomp: 2$/);
        const dataFolder = join(root.folder, 'var/lib/sower');
        machine.run('install -d -o sower /var/tmp/walk; ln -s /var/lib/sower /var/tmp/walk/data');
        const shell = (script: string) => machine.as('sower')(`cd /var/tmp/walk; ${script}`);
        await walkThrough({ port: LOW, dataFolder, shell });
        // Killed, it comes back; stopped, it ends by itself; with wrong settings it says so and is not started over and over.
        machine.run('systemctl kill --kill-whom=main --signal=KILL sower');
        await answers().toBe('3');
        const begun = performance.now();
        machine.run('systemctl stop sower');
        const stop = Math.round(performance.now() - begun);
        expect(machine.run('systemctl show --property Result --value sower')).toBe('success');
        machine.run(
          "sed -i 's/^SOWER_PROCESSES=.*/SOWER_PROCESSES=none/' /etc/sower/sower.env; systemctl start sower || true; sleep 3",
        );
        expect(machine.run('systemctl show --property ActiveState,NRestarts --value sower')).toBe(
          '0\nfailed',
        );
        machine.run("sed -i 's/^SOWER_PROCESSES=.*//' /etc/sower/sower.env; systemctl reset-failed sower");
        // Installed again, it runs again; and removed, it is gone.
        machine.run('apt-get install --yes --reinstall /opt/sower.deb');
        expect(active()).toBe('active');
        const exposure = machine.run('systemd-analyze security sower | tail -1');
        machine.run('apt-get purge --yes sower');
        expect(active()).toBe('inactive');
        console.info(`by systemd: stop ${stop} ms; ${exposure}`);
      } finally {
        await machine.end();
      }
    },
    SLOW,
  );

  test(
    'the container',
    async () => {
      const [base, image, name] = [
        'localhost/sower-base:test',
        'localhost/sower:test',
        `sower-${process.pid}`,
      ];
      const { env, run } = containers(folder, { tarball, name: base });
      try {
        const build = [
          'build',
          '--quiet',
          '--isolation',
          'chroot',
          '--format',
          'docker',
          '--build-arg',
          `BASE=${base}`,
        ];
        run('buildah', ...build, '--tag', image, artefact('container'));
        const hardened = [
          '--read-only',
          '--cap-drop=ALL',
          '--security-opt=no-new-privileges',
          '--tmpfs=/tmp',
          '--network=host',
        ];
        const settings = [`SOWER_LISTEN=127.0.0.1:${HIGH}`, 'SOWER_METRICS_LISTEN=127.0.0.1:9464'].flatMap(
          (pair) => ['--env', pair],
        );
        const volume = `sower-data-${process.pid}`;
        run('podman', 'volume', 'create', volume);
        const dataFolder = run('podman', 'volume', 'inspect', '--format', '{{.Mountpoint}}', volume);
        const cost = await tried(
          [
            'podman',
            'run',
            '--rm',
            '--pull=never',
            '--name',
            name,
            ...hardened,
            '--volume',
            `${volume}:/var/lib/sower`,
            ...settings,
            image,
          ],
          { port: HIGH, dataFolder, shell: inContainer('podman', name), env },
          () => {
            expect(run('podman', 'exec', name, 'id', '-u')).toBe('10001');
            expect(run('podman', 'exec', name, 'sh', '-c', 'touch /usr/x 2>&1 || true')).toContain(
              'Read-only',
            );
            run('podman', 'healthcheck', 'run', name);
          },
        );
        const octets = Number(run('podman', 'image', 'inspect', '--format', '{{.Size}}', image));
        console.info(`container: ${size(octets)}, of it the base ${size(statSync(tarball).size)}; ${cost}`);
        run('podman', 'volume', 'rm', volume);
      } finally {
        for (const each of [image, base]) run('podman', 'image', 'rm', '--force', each);
      }
    },
    SLOW,
  );

  test(
    'Compose, by the commands of the documentation',
    async () => {
      console.info(
        await composeWalk({
          folder: join(folder, 'compose'),
          tarball,
          files: artefact('container'),
          port: INSIDE,
        }),
      );
    },
    2 * SLOW,
  );
});
