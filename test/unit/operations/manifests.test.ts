/** What Sower is installed with besides its code: the service, its settings and scripts, the container, Compose, Kubernetes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { OPTION_ROWS } from '../../../apps/server/src/config.ts';
import { UNTAGGED } from '../../../packaging/npm.ts';

const packaging = fileURLToPath(new URL('../../../packaging', import.meta.url));
const read = (path: string): string => readFileSync(join(packaging, path), 'utf8');
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const VARIABLES: readonly string[] = OPTION_ROWS.map(({ variable }) => variable);
const unknown = (names: readonly string[]): string[] => names.filter((name) => !VARIABLES.includes(name));

test.skipIf(!has('systemd-analyze'))('the service is confined: an exposure of 2.0 at most', () => {
  const unit = join(packaging, 'debian/sower.service');
  const analyzed = (...args: string[]) =>
    spawnSync('systemd-analyze', ['security', '--offline=true', ...args, unit], { encoding: 'utf8' });
  const { status, stdout, stderr } = analyzed('--threshold=20');
  expect(stderr + stdout).toMatch(/Overall exposure level for sower.service: [01]\.\d/);
  expect(status).toBe(0);
  // It would say so.
  expect(analyzed('--threshold=10').status).not.toBe(0);
});

test('the service is started again however often it fails, but not with settings that are wrong', () => {
  const unit = read('debian/sower.service').split('\n');
  for (const line of ['StartLimitIntervalSec=0', 'Restart=on-failure', 'RestartPreventExitStatus=2'])
    expect(unit).toContain(line);
  // It belongs into this section, and is ignored elsewhere.
  expect(unit.indexOf('StartLimitIntervalSec=0')).toBeLessThan(unit.indexOf('[Service]'));
});

test('the settings that the Debian package brings are options of the server', () => {
  const names = [...read('debian/sower.env').matchAll(/^#?(SOWER_\w+)=/gm)].map(([, name = '']) => name);
  expect(names).toContain('SOWER_DATA');
  expect(unknown(names)).toEqual([]);
});

test.each(['postinst', 'prerm', 'postrm', 'sower'])('%s is a script of the shell', (name) => {
  expect(spawnSync('sh', ['-n', join(packaging, 'debian', name)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('the alert about memory begins below what ends a process, and above what one needs', () => {
  const { groups } = parse(read('../monitoring/alerts.yml')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === 'SowerMemory');
  const threshold = Number(/ > (\S+)$/.exec(rule?.expr ?? '')?.[1]);
  const limits = [
    /limits: \{ memory: (\d+)Mi \}/.exec(read('kubernetes/stateful-set.yaml'))?.[1],
    /mem_limit: (\d+)m$/m.exec(read('container/compose.yaml'))?.[1],
  ];
  for (const limit of limits) expect(threshold).toBeLessThan(Number(limit) * 2 ** 20);
  expect(threshold).toBeGreaterThan(6e8);
});

test('the container runs as a user who is not root, by number, and is asked whether it is ready', () => {
  const text = read('container/Dockerfile');
  expect(text).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(text).toMatch(/^HEALTHCHECK [\s\S]*\/readyz/m);
  expect(text.match(/^VOLUME .*$/gm)).toEqual(['VOLUME /var/lib/sower']);
  expect(unknown([...text.matchAll(/\b(SOWER_\w+)=/g)].map(([, name = '']) => name))).toEqual([]);
});

test('Compose: Sower beside PostgreSQL, confined and bounded, with its secrets in files', () => {
  const { services, volumes, secrets, networks } = parse(read('container/compose.yaml'), { merge: true });
  const { sower, database } = services;
  for (const service of [sower, database])
    expect(service).toMatchObject({
      restart: 'always',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.any(String),
      logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
    });
  expect(sower.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  expect(sower.volumes).toEqual(['data:/var/lib/sower']);
  expect(unknown(Object.keys(sower.environment))).toEqual([]);
  expect(JSON.stringify(sower.environment)).not.toMatch(/postgres(ql)?:\/\//);
  expect(Object.keys(volumes)).toEqual(['data', 'database']);
  for (const name of [...sower.secrets, ...database.secrets]) expect(secrets[name].file).toBeTruthy();
  // It is asked as the image says, with no argument that a space would split.
  const inImage = /^HEALTHCHECK [\s\S]*?CMD (\[.*\])$/m.exec(read('container/Dockerfile'))?.[1] ?? '';
  expect(sower.healthcheck.test).toEqual(['CMD', ...JSON.parse(inImage)]);
  expect(inImage).toMatch(/^\["\S+", "\S+", "\S+"\]$/);
  // While the image makes the database, only its socket answers.
  expect(database.healthcheck.test).toContain('--host=127.0.0.1');
  // Nothing but Sower reaches the database.
  expect([database.ports, database.networks, networks.database]).toEqual([
    undefined,
    ['database'],
    { internal: true },
  ]);
});

// biome-ignore lint/suspicious/noExplicitAny: manifests have the shape that is looked for
type Manifest = any;

test.skipIf(!has('kustomize'))(
  'Kubernetes: probes, confinement, a budget for disruptions, a policy for the network',
  () => {
    const built = execFileSync('kustomize', ['build', join(packaging, 'kubernetes')], { encoding: 'utf8' });
    const manifests: Manifest[] = parseAllDocuments(built).map((document) => document.toJSON());
    const only = (kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind);
    const labels = { 'app.kubernetes.io/name': 'sower' };
    expect(manifests.map(({ metadata }) => metadata.namespace)).toEqual(manifests.map(() => 'sower'));

    const { spec } = only('StatefulSet');
    const pod = spec.template.spec;
    const [container] = pod.containers;
    expect(spec.replicas).toBeGreaterThan(1);
    expect(container.image).toBe(`registry.example.com/sower:${UNTAGGED}`);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const ports: Manifest[] = container.ports;
    for (const [probe, path] of [
      ['startupProbe', '/readyz'],
      ['readinessProbe', '/readyz'],
      ['livenessProbe', '/healthz'],
    ] as const) {
      expect(container[probe].httpGet.path).toBe(path);
      expect(ports.map(({ name }) => name)).toContain(container[probe].httpGet.port);
    }
    const volumes = [...pod.volumes, ...spec.volumeClaimTemplates.map(({ metadata }: Manifest) => metadata)];
    expect(container.volumeMounts.map(({ name }: Manifest) => name).sort()).toEqual(
      volumes.map(({ name }) => name).sort(),
    );

    const settings: Record<string, string> = only('ConfigMap').data;
    expect(unknown(Object.keys(settings))).toEqual([]);
    expect(settings.SOWER_DATA).toMatch(/^\/var\/lib\/sower\/./);
    // What it does not know, a cluster refuses.
    const METADATA = ['name', 'namespace', 'labels', 'annotations'];
    for (const { metadata } of manifests)
      expect(Object.keys(metadata).filter((name) => !METADATA.includes(name))).toEqual([]);
    // Listeners are where the ports are.
    const port = (variable: string): number => Number(settings[variable]?.split(':').at(-1));
    expect(ports.map(({ containerPort }) => containerPort)).toEqual(
      ['LISTEN', 'METRICS_LISTEN', 'RADIUS', 'RADIUS_ACCOUNTING'].map((name) => port(`SOWER_${name}`)),
    );
    // It goes on serving until the probe has noticed, and is not killed before it has ended by itself.
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    const drain = Number(settings.SOWER_DRAIN_SECONDS);
    expect(drain).toBeGreaterThan(periodSeconds * failureThreshold);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drain + 20);

    expect(only('PodDisruptionBudget').spec).toEqual({ minAvailable: 1, selector: { matchLabels: labels } });
    const policy = only('NetworkPolicy').spec;
    expect(policy).toMatchObject({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
    });
    // Whatever of packaging/patroni it connects to.
    const egress = policy.egress.flatMap((rule: Manifest) =>
      rule.ports.map(({ port: number }: Manifest) => number),
    );
    for (const [file, listens] of [
      ['patroni.yml', /^ {2}listen: \S+:(5\d+)$/m],
      ['haproxy.cfg', /^ *bind \S+:(\d+)$/m],
      ['pgbouncer.ini', /^listen_port = (\d+)$/m],
    ] as const)
      expect(egress).toContain(Number(listens.exec(read(`patroni/${file}`))?.[1]));
    // A migration of a large database takes its time, and is not killed.
    const { startupProbe } = container;
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(3_600);
    // There are backups, to a volume of their own.
    const backups = container.volumeMounts.find(
      ({ mountPath }: Manifest) => mountPath === settings.SOWER_BACKUP_FOLDER,
    );
    expect(spec.volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.name)).toContain(backups.name);
    expect(container.env).toEqual([
      {
        name: 'SOWER_BACKUP_RECIPIENTS',
        valueFrom: { secretKeyRef: { name: 'sower', key: 'backup-recipients' } },
      },
    ]);
    // What anyone may reach does not include the metrics.
    const open = policy.ingress.filter(({ from }: Manifest) => !from);
    expect(open.flatMap((rule: Manifest) => rule.ports.map(({ port: name }: Manifest) => name))).toEqual([
      'https',
      'radius',
      'radius-acct',
    ]);
    for (const service of manifests.filter(({ kind }) => kind === 'Service')) {
      expect(service.spec.selector).toEqual(labels);
      for (const { targetPort } of service.spec.ports)
        expect(ports.map(({ name }) => name)).toContain(targetPort);
    }
  },
);
