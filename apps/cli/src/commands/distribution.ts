/** `sower token distribute` and `withdraw`: one act of handing a software token to its user, and taking it back. */
import type { Distribution } from '@sower/api/distributions';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, listed } from '../listing.ts';
import { codeExpiry, serialArgument } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { fields, printable, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';

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
  addServerCommand<DistributeOptions>(
    frame,
    token,
    'distribute <serial>',
    'Distribute or redistribute a token; an earlier activation code is withdrawn',
    (command) =>
      serialArgument(command)
        .requiredOption('--profile <name>', 'token profile, by name or id')
        .addOption(new Option('--device-serial <id>', 'only this one device').conflicts('deviceAny'))
        .addOption(
          new Option('--device-any', 'leave DeviceSerialNumber empty: the class is checked, the id learned'),
        )
        .option('--nickname <text>', 'name in the authenticator, up to 24 letters and digits')
        .option(
          '--code <choice>',
          'digits (12 digits), long (20 characters), a code of your own, or - to read your own from standard input',
        )
        .option(
          '--code-expires <after>',
          'never, hours (12h) or days (7d); default: as the profile says',
          codeExpiry,
        )
        .option('--revoke-now', 'drop the present seed at once, not when the new one is first used'),
    async ({ api, args, options, terminal }) => {
      let code = options.code;
      let chosen = code !== undefined && code !== 'digits' && code !== 'long';
      if (code === '-') {
        const read = await readSecret(terminal, 'activation code');
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
          ['Serial', result.serial],
          ['Delivery', result.delivery],
          ['CT-KIP URL', result.ctkipUrl],
          ['Activation code', result.activationCode],
          ['Link', result.link],
          ['Code expires', time(result.expiresAt) ?? 'never'],
          [
            'Device binding',
            result.bindingEnforced ? 'enforced' : 'recorded; this client does not say enough to enforce it',
          ],
        ]),
        notes: [
          ...result.notices.map(printable),
          ...(result.activationCode === undefined
            ? []
            : ['The activation code is shown this once; keep it until it is handed over.']),
        ],
      };
    },
  );

  addServerCommand(
    frame,
    token,
    'withdraw <serial>',
    'Withdraw the live activation code of a token',
    serialArgument,
    async ({ api, args }): Promise<Outcome> => {
      const withdrawn = await api('withdrawDistribution', { params: { serial: args[0]! } });
      return { ok: true, json: withdrawn, text: `The activation code of token ${args[0]} is withdrawn.` };
    },
  );

  addServerCommand<ListOptions>(
    frame,
    token,
    'distributions <serial>',
    'The distributions of a token, latest first',
    serialArgument,
    async ({ api, args }) => {
      const { items, next } = await api('listDistributions', { params: { serial: args[0]! } });
      return listed(
        items,
        {
          columns: [
            { title: 'Made', value: (item) => time(item.createdAt) },
            { title: 'By', value: (item) => item.createdBy },
            { title: 'Profile', value: (item) => item.profile },
            { title: 'Delivery', value: (item) => item.delivery },
            { title: 'State', value: (item) => item.state },
            { title: 'Since', value: (item) => time(newestEvent(item)?.at) },
            { title: 'Device', value: (item) => item.deviceId },
            { title: 'Reason', value: (item) => item.reason },
          ],
          empty: `Token ${args[0]} was never distributed. Do it: sower token distribute ${args[0]} --profile NAME`,
        },
        next,
      );
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
  const head = fields([
    ['Distribution', distribution.state],
    ['Reason', distribution.reason],
    ['Profile', distribution.profile],
    ['Device type', distribution.deviceType],
    ['Delivery', distribution.delivery],
    ['Nickname', distribution.nickname],
    [
      'Device binding',
      `${{ class: 'any device of the class', id: `device ${binding.kind === 'id' ? binding.deviceId : ''}`, any: 'class checked, id learned' }[binding.kind]}${distribution.bindingEnforced ? '' : ' (recorded, not enforced)'}`,
    ],
    ['Device', distribution.deviceId],
    ['Made', `${time(distribution.createdAt)} by ${distribution.createdBy}`],
    ['Code expires', time(distribution.expiresAt) ?? 'never'],
  ]);
  const history = table(
    [
      { title: 'State', value: (event) => event.state },
      { title: 'At', value: (event) => time(event.at) },
      { title: 'From', value: (event) => event.source },
      { title: 'Device', value: (event) => event.deviceId },
      { title: 'Reason', value: (event) => event.reason },
    ],
    distribution.history,
  );
  return history === '' ? head : `${head}\n\n${history}`;
}
