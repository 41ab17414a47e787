/**
 * `sower status`: which server answers, whether its clock agrees with this one, and which set-up steps are done. `sower alerts`: what is
 * wrong.
 */
import type { Alert } from '@sower/api/alerts';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { listed } from '../../listing.ts';
import { unchanged } from '../../options.ts';
import { type Column, fields, table, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const STEPS = ['profile', 'users', 'tokens', 'provisioned', 'client', 'mail', 'backup'] as const;

export function addStatusCommand(frame: Frame, program: Command): void {
  addServerCommand(frame, program, 'status', t('status.summary'), unchanged, async ({ api }) => {
    const asked = Date.now();
    const server = await api('getServer', {});
    // It answered somewhere in between.
    const here = (asked + Date.now()) / 2;
    const setup = await api('getSetupProgress', {});
    const head = fields([
      [t('field.server'), `${server.product} ${server.version}`],
      [t('field.publicUrl'), server.publicUrl],
      [t('field.ctkipUrl'), server.ctkipUrl],
      [
        t('field.clock'),
        t('status.clock', { time: server.now, seconds: Math.round((Date.parse(server.now) - here) / 1000) }),
      ],
    ]);
    const steps = table<(typeof STEPS)[number]>(
      [
        { title: 'field.setUp', value: (step) => t(`status.step.${step}`) },
        { title: 'field.done', value: (step) => t(setup[step] ? 'output.yes' : 'output.no') },
      ],
      [...STEPS],
    );
    return { ok: true, json: { server, setup }, text: `${head}\n\n${steps}` };
  });
}

const ALERTS: readonly Column<Alert>[] = [
  { title: 'field.since', value: ({ since }) => time(since) },
  { title: 'field.name', value: ({ id }) => id },
  { title: 'field.reason', value: ({ text }) => text },
];

export function addAlertsCommand(frame: Frame, program: Command): void {
  addServerCommand(frame, program, 'alerts', t('alerts.summary'), unchanged, async ({ api }) => {
    const { items } = await api('listAlerts', {});
    return listed(items, { columns: ALERTS, empty: t('alerts.none') }, undefined);
  });
}
