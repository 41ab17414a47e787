/** `sower token distribute` and `withdraw`: one act of handing a software token to its user, and taking it back. */
import type { Distribution } from '@sower/api/distributions';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, listed } from '../listing.ts';
import { codeExpiry, serialArgument } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { fields, printable, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type DistributeOptions = {
  profile: string;
  deviceSerial?: string;
  deviceAny?: boolean;
  nickname?: string;
  code?: string;
  codeExpires?: string;
  revokeNow?: boolean;
};

export function addDistributionCommands(frame: Frame, token: Command): void {
  addServerCommand(
    frame,
    token,
    'activation <serial>',
    t('token.activation.summary'),
    serialArgument,
    async ({ api, args }) => {
      const opened = await api('openActivation', { params: { serial: args[0]! } });
      return {
        ok: true,
        json: opened,
        text: fields([
          [t('field.activationCode'), opened.activationCode],
          [t('field.link'), opened.link],
          [t('field.codeExpires'), time(opened.expiresAt) ?? t('output.never')],
        ]),
        notes: [t('token.distribute.once')],
      };
    },
  );

  addDistributeCommand(frame, token);

  addServerCommand(
    frame,
    token,
    'withdraw <serial>',
    t('token.withdraw.summary'),
    serialArgument,
    async ({ api, args }): Promise<Outcome> => {
      const withdrawn = await api('withdrawDistribution', { params: { serial: args[0]! } });
      return { ok: true, json: withdrawn, text: t('token.withdraw.done', { serial: args[0]! }) };
    },
  );

  addServerCommand<ListOptions>(
    frame,
    token,
    'distributions <serial>',
    t('token.distributions.summary'),
    serialArgument,
    async ({ api, args }) => {
      const { items, next } = await api('listDistributions', { params: { serial: args[0]! } });
      return listed(
        items,
        {
          columns: [
            { title: 'field.made', value: (item) => time(item.createdAt) },
            { title: 'field.by', value: (item) => item.createdBy },
            { title: 'field.profile', value: (item) => item.profile },
            { title: 'field.delivery', value: (item) => item.delivery },
            { title: 'field.state', value: (item) => item.state },
            { title: 'field.since', value: (item) => time(newestEvent(item)?.at) },
            { title: 'field.device', value: (item) => item.deviceId },
            { title: 'field.reason', value: (item) => item.reason },
          ],
          empty: t('token.distributions.none', { serial: args[0]! }),
        },
        next,
      );
    },
  );
}

function addDistributeCommand(frame: Frame, token: Command): void {
  addServerCommand<DistributeOptions>(
    frame,
    token,
    'distribute <serial>',
    t('token.distribute.summary'),
    (command) =>
      serialArgument(command)
        .requiredOption('--profile <name>', t('token.distribute.profile'))
        .addOption(
          new Option('--device-serial <id>', t('token.distribute.deviceSerial')).conflicts('deviceAny'),
        )
        .addOption(new Option('--device-any', t('token.distribute.deviceAny')))
        .option('--nickname <text>', t('token.distribute.nickname'))
        .option('--code <choice>', t('token.distribute.code'))
        .option('--code-expires <after>', t('token.distribute.codeExpires'), codeExpiry)
        .option('--revoke-now', t('token.distribute.revokeNow')),
    async ({ api, args, options, terminal }) => {
      let code = options.code;
      let chosen = code !== undefined && code !== 'digits' && code !== 'long';
      if (code === '-') {
        const read = await readSecret(terminal, 'activation-code');
        if (!read.ok) return read;
        code = read.value;
        chosen = true;
      }
      const result = await api('distributeToken', {
        params: { serial: args[0]! },
        body: {
          profile: options.profile,
          deviceBinding:
            options.deviceSerial !== undefined
              ? { kind: 'id', deviceId: options.deviceSerial }
              : { kind: options.deviceAny === true ? 'any' : 'class' },
          ...(options.nickname === undefined ? {} : { nickname: options.nickname }),
          ...(code === undefined
            ? {}
            : {
                activationCode: chosen
                  ? { kind: 'chosen', value: code }
                  : { kind: code as 'digits' | 'long' },
              }),
          ...(options.codeExpires === undefined ? {} : { codeExpires: options.codeExpires }),
          ...(options.revokeNow === true ? { revokeNow: true } : {}),
        },
      });
      return {
        ok: true,
        json: result,
        text: fields([
          [t('field.serial'), result.serial],
          [t('field.delivery'), result.delivery],
          [t('field.ctkipUrl'), result.ctkipUrl],
          [t('field.activationCode'), result.activationCode],
          [t('field.link'), result.link],
          [t('field.codeExpires'), time(result.expiresAt) ?? t('output.never')],
          [
            t('field.deviceBinding'),
            t(result.bindingEnforced ? 'token.distribute.enforced' : 'token.distribute.recorded'),
          ],
        ]),
        notes: [
          ...result.notices.map(printable),
          ...(result.activationCode === undefined ? [] : [t('token.distribute.once')]),
        ],
      };
    },
  );
}

/** The event that last happened, whatever the order of the history. */
export function newestEvent(
  distribution: Distribution | undefined,
): Distribution['history'][number] | undefined {
  return distribution?.history.reduce<Distribution['history'][number] | undefined>(
    (newest, event) => (newest === undefined || event.at >= newest.at ? event : newest),
    undefined,
  );
}

export function distributionText(distribution: Distribution): string {
  const binding = distribution.deviceBinding;
  const bound =
    binding.kind === 'id'
      ? t('token.distribution.id', { deviceId: binding.deviceId })
      : t(`token.distribution.${binding.kind}`);
  const head = fields([
    [t('field.distribution'), distribution.state],
    [t('field.reason'), distribution.reason],
    [t('field.profile'), distribution.profile],
    [t('field.deviceType'), distribution.deviceType],
    [t('field.delivery'), distribution.delivery],
    [t('field.nickname'), distribution.nickname],
    [
      t('field.deviceBinding'),
      distribution.bindingEnforced ? bound : t('token.distribution.notEnforced', { binding: bound }),
    ],
    [t('field.device'), distribution.deviceId],
    [
      t('field.made'),
      t('token.distribution.made', { at: time(distribution.createdAt)!, by: distribution.createdBy }),
    ],
    [t('field.codeExpires'), time(distribution.expiresAt) ?? t('output.never')],
  ]);
  const history = table(
    [
      { title: 'field.state', value: (event) => event.state },
      { title: 'field.at', value: (event) => time(event.at) },
      { title: 'field.from', value: (event) => event.source },
      { title: 'field.device', value: (event) => event.deviceId },
      { title: 'field.reason', value: (event) => event.reason },
    ],
    distribution.history,
  );
  return history === '' ? head : `${head}\n\n${history}`;
}
