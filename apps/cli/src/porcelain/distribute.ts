/** `sower token distribute`: one act of handing a software token to its user. */
import { command, given, type OptionRow } from '../command.ts';
import { codeExpiry, SERIAL } from '../options.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type Options = { profile: string; deviceSerial?: string; deviceAny?: boolean; code?: string };

const NICKNAME: OptionRow = ['--nickname <text>', 'token.distribute.nickname'];
const LATER: readonly OptionRow[] = [
  ['--code-expires <after>', 'token.distribute.codeExpires', { read: codeExpiry }],
  ['--revoke-now', 'token.distribute.revokeNow', { is: true }],
];

export const DISTRIBUTE = command<Options>({
  usage: 'distribute <serial>',
  arguments: SERIAL,
  options: [
    ['--profile <name>', 'token.distribute.profile', { required: true }],
    ['--device-serial <id>', 'token.distribute.deviceSerial', { conflicts: 'deviceAny' }],
    ['--device-any', 'token.distribute.deviceAny'],
    NICKNAME,
    ['--code <choice>', 'token.distribute.code'],
    ...LATER,
  ],
  run: async ({ api, args, options, terminal }) => {
    const { profile, deviceSerial, deviceAny } = options;
    let code = options.code;
    let chosen = code !== undefined && code !== 'digits' && code !== 'long';
    if (code === '-') {
      const read = await readSecret(terminal, 'activation-code');
      if (!read.ok) return read;
      code = read.value;
      chosen = true;
    }
    const activationCode = chosen ? { kind: 'chosen', value: code } : { kind: code };
    const result = await api('distributeToken', {
      params: { serial: args[0]! },
      body: {
        profile,
        deviceBinding:
          deviceSerial !== undefined
            ? { kind: 'id', deviceId: deviceSerial }
            : { kind: deviceAny === true ? 'any' : 'class' },
        ...given([NICKNAME, ...LATER], options),
        ...(code === undefined ? {} : { activationCode: activationCode as { kind: 'digits' } }),
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
});
