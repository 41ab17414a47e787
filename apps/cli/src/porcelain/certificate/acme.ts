/**
 * `sower certificate acme` and `revoke`: certificates that the server orders automatically. The key of an external account is typed or
 * piped.
 */
import { type Acme, acmeSettingsSchema, revocationReasons } from '@sower/api/acme';
import { command, group } from '../../command.ts';
import { act } from '../../operations.ts';
import { settingIn } from '../../options.ts';
import { type Outcome, success } from '../../outcome.ts';
import { fields, time } from '../../terminal/output.ts';
import { readSecret } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';

const NAMES = Object.keys(acmeSettingsSchema.shape);

function acmeText(acme: Acme): string {
  const { settings, state, bindingKeySet, orderedNames, nextAt, renewAt, failedAt, failure } = acme;
  const parts = Object.entries(settings).map(([name, value]): [string, string] => [
    name,
    name === 'authority' ? (value === '' ? '' : t('certificate.acme.given')) : String(value),
  ]);
  return [
    fields([
      [t('field.state'), t(`certificate.acme.states.${state}`)],
      [t('field.names'), orderedNames.join(' ')],
      [t('certificate.acme.renewAt'), time(renewAt)],
      [t('certificate.acme.nextAt'), time(nextAt)],
      [t('certificate.acme.failedAt'), time(failedAt)],
      [t('certificate.acme.failure'), failure],
    ]),
    fields([...parts, [t('certificate.acme.bindingKey'), bindingKeySet ? t('certificate.acme.given') : '']]),
  ].join('\n\n');
}
const shown = (acme: Acme): Outcome => ({ ok: true, json: acme, text: acmeText(acme) });

export const ACME = group('acme', [
  act('getAcme', { usage: 'show', isDefault: true, done: acmeText }),
  command({
    usage: 'set <name> <value>',
    help: () => t('settings.set.names', { names: NAMES.join(', ') }),
    run: async ({ api, args }) => {
      const value = settingIn(acmeSettingsSchema.shape, args, {
        ...{ file: 'authority', unknown: 'certificate.acme.unknown', list: 'sower certificate acme show' },
      });
      if (!value.ok) return value;
      const { settings, version } = await api('getAcme', {});
      const body = { ...settings, [args[0]!]: value.value };
      return shown(await api('editAcme', { body, ifMatch: version }));
    },
  }),
  command({
    usage: 'account <key-id>',
    run: async ({ api, args, terminal }) => {
      const secret = args[0] === '' ? success('') : await readSecret(terminal, 'secret');
      if (!secret.ok) return secret;
      const { settings, version } = await api('getAcme', {});
      const body = { ...settings, bindingKeyId: args[0]!, bindingKey: secret.value };
      return shown(await api('editAcme', { body, ifMatch: version }));
    },
  }),
  act('orderCertificate', {
    usage: 'order',
    done: (acme) => ({ text: acmeText(acme), notes: [t('certificate.acme.next')] }),
  }),
]);

export const REVOKE = act('revokeCertificate', {
  usage: 'revoke <id>',
  options: [
    [
      '--reason <reason>',
      'certificate.revoke.reason',
      { choices: revocationReasons, default: 'unspecified' },
    ],
  ],
  confirm: ({ name }) => t('certificate.revoke.confirm', { id: name }),
  progress: () => t('certificate.revoke.progress'),
  done: (_, { name }) => t('certificate.revoke.done', { id: name }),
});
