/** What we ship for Prometheus and Grafana speaks of what the server exports: read by Prometheus itself, where it is installed. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from '@prometheus-io/client';
import { ALERT_KINDS } from '@sower/api/checks';
import { certificateMetric } from '@sower/server/core/gauges';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { recipe } from '../../harness/documents/shipped.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';

const FOLDER = fileURLToPath(new URL('../../../monitoring/', import.meta.url));
const ALERTS = join(FOLDER, 'alerts.yml');
const hasPrometheus = ['prometheus', 'promtool'].every(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);
if (!hasPrometheus)
  console.warn('No Prometheus here: rules and queries are not run. Install it (apt-get install prometheus).');

type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };
const panels = (JSON.parse(readFileSync(join(FOLDER, 'dashboard.json'), 'utf8')) as { panels: Panel[] })
  .panels;
const queries = panels.flatMap(({ targets }) =>
  targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '30s').replaceAll('$instance', '.*')),
);
/** There is neither a directory nor a backup here, nobody asks by RADIUS or provisions, and nothing fails. */
const EMPTY_HERE = /directory|identity_source|backup|radius|ctkip|5xx|503|database_errors/;

/** What `promtool test rules` says of the rules. */
const promtool = (tests: readonly object[]): [status: number | null, output: string] => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-rules-'));
  writeFileSync(join(folder, 'test.yml'), JSON.stringify({ rule_files: [ALERTS], tests }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(folder, 'test.yml')], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return [status, stdout + stderr];
};

const counted = (outcome: string): string =>
  `sower_authentications_total{job="sower",instance="a",path="radius",outcome="${outcome}"}`;

const { deployment } = deployed(SQLITE);

const traffic = async (): Promise<void> => {
  await deployment.api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
};

test('without a certificate of its own the server does not say that one expires today', async () => {
  const registry = new Registry();
  let notAfter: number | undefined = 1_800_000_000_500;
  certificateMetric(registry, () => notAfter);
  const samples = async () => (await registry.metrics()).split('\n').filter((line) => /^sower/.test(line));
  expect(await samples()).toEqual(['sower_tls_certificate_expiry_timestamp_seconds 1800000000.5']);
  notAfter = undefined;
  expect(await samples()).toEqual([]);
});

test('every metric that is named is exported', async () => {
  await traffic();
  const exported = new Set(
    [...(await deployment.metrics(0)).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name as string],
    ),
  );
  const named = [readFileSync(ALERTS, 'utf8'), ...queries].flatMap(
    (text) => text.match(/\b(?:sower|process|nodejs)_[a-z0-9_]+/g) ?? [],
  );
  expect(new Set(named).size).toBeGreaterThan(15);
  // Named in a description: whoever reads it looks there.
  expect(named.filter((name) => !exported.has(name))).toEqual([]);
});

test.skipIf(!hasPrometheus)('whatever the server raises, and whatever it is about, reaches the pager', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const raising = groups
    .flatMap(({ rules }) => rules)
    .filter(({ expr }) => expr.includes('sower_alert{'))
    .map(({ alert, expr }) => ({
      alert,
      kind: ALERT_KINDS.find((kind) => expr.includes(`"${kind}(:.*)?"`)),
    }));
  // A kind that another one begins with is told from it.
  const series = raising.map(({ kind }, index) => (index % 2 === 0 ? `${kind}` : `${kind}:db1.example.com`));
  const tested = promtool([
    {
      interval: '1m',
      input_series: series.map((id) => ({
        series: `sower_alert{job="sower",instance="a",alert="${id}"}`,
        values: '1x5',
      })),
      promql_expr_test: raising.map(({ alert }, index) => ({
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing",alert="${series[index]}"}) == 1 and count(ALERTS{alertname="${alert}"}) == 1`,
        eval_time: '2m',
        exp_samples: [{ labels: '{}', value: 1 }],
      })),
    },
  ]);
  expect(tested).toEqual([0, expect.stringContaining('SUCCESS')]);
  expect(raising.map(({ kind }) => kind).toSorted()).toEqual([...ALERT_KINDS].toSorted());
});

test.skipIf(!hasPrometheus)(
  'a server that has rejected everything since it started is noticed as well',
  () => {
    const rejected = { series: counted('rejected'), values: '0+30x40' };
    const firing = (inputs: readonly object[], value: readonly object[]) => ({
      interval: '1m',
      input_series: inputs,
      promql_expr_test: [
        {
          expr: 'count(ALERTS{alertname="SowerManyRejected",alertstate="firing"})',
          eval_time: '35m',
          exp_samples: value,
        },
      ],
    });
    const one = [{ labels: '{}', value: 1 }];
    expect(
      promtool([
        firing([rejected], one),
        firing([rejected, { series: counted('accepted'), values: '0+1x40' }], one),
        firing([rejected, { series: counted('accepted'), values: '0+30x40' }], []),
      ]),
    ).toEqual([0, expect.stringContaining('SUCCESS')]);
  },
);

test.skipIf(!hasPrometheus)('slow answers are noticed wherever passcodes are checked', () => {
  const slow = ['ctkip', 'authentications', 'agents', 'validate'].map((edge) => ({
    interval: '1m',
    input_series: [
      ...['2.5', '5', '+Inf'].map((le) => ({ le, values: '0+30x40' })),
      ...['0.5', '1'].map((le) => ({ le, values: '0x40' })),
    ].map(({ le, values }) => ({
      series: `sower_http_response_seconds_bucket{job="sower",instance="a",edge="${edge}",status="2xx",le="${le}"}`,
      values,
    })),
    promql_expr_test: [
      {
        expr: 'count(ALERTS{alertname="SowerSlow",alertstate="firing"})',
        eval_time: '30m',
        exp_samples: [{ labels: '{}', value: 1 }],
      },
    ],
  }));
  expect(promtool(slow)).toEqual([0, expect.stringContaining('SUCCESS')]);
});
test.skipIf(!hasPrometheus)(
  'Prometheus takes the rules, answers every query, and sees a server that is gone',
  async () => {
    const checked = spawnSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);

    const folder = mkdtempSync(join(tmpdir(), 'sower-prometheus-'));
    const port = await freePort();
    const documented = recipe('operations.md', 'prometheus', {
      '/etc/prometheus/sower-alerts.yml': ALERTS,
      '127.0.0.1:9464': `127.0.0.1:${deployment.servers[0]?.metricsPort}`,
    });
    // In addition, since tests do not wait for minutes.
    const often = 'global: { scrape_interval: 1s, evaluation_interval: 1s }';
    writeFileSync(join(folder, 'prometheus.yml'), `${documented}${often}\n`);
    const prometheus: ChildProcess = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const exited = once(prometheus, 'exit');
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
      return (await answer.json()) as {
        status: string;
        error?: string;
        data: {
          result: { value: [number, string] }[];
          groups: { rules: { name: string; health: string; state: string; lastError?: string }[] }[];
        };
      };
    };
    const query = async (text: string) => {
      const { status, error, data } = await ask(`query?query=${encodeURIComponent(text)}`);
      expect([text, status, error]).toEqual([text, 'success', undefined]);
      return data.result;
    };
    const rules = async () => (await ask('rules')).data.groups.flatMap((group) => group.rules);
    try {
      await expect
        .poll(() => query('count_over_time(up{job="sower"}[1m]) > 2').catch(() => []), { timeout: 60_000 })
        .toHaveLength(1);
      await traffic();
      for (const text of queries) {
        if (EMPTY_HERE.test(text)) await query(text);
        else await expect.poll(() => query(text), { message: text }).not.toEqual([]);
      }
      await expect.poll(async () => (await rules()).every(({ health }) => health === 'ok')).toBe(true);
      expect((await rules()).filter(({ state }) => state !== 'inactive').map(({ name }) => name)).toEqual([]);

      await deployment.servers[0]?.kill('SIGKILL');
      await expect
        .poll(async () => (await rules()).find(({ name }) => name === 'SowerDown')?.state)
        .toBe('pending');
    } finally {
      prometheus.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
