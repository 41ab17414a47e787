/**
 * `sower certificate acme` and `revoke`: certificates that the server orders automatically. The key of an external account is typed or
 * piped.
 */
import { type Acme, type AcmeSettings, acmeSettingsSchema, revocationReasons } from '@sower/api/acme';
import { command, group } from '../../command.ts';
import { fileText } from '../../files.ts';
import { act } from '../../operations.ts';
import { invalidValue, see } from '../../options.ts';
import { fail, type Outcome, success } from '../../outcome.ts';
import { fields, time } from '../../terminal/output.ts';
import { readSecret } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';

type Name = keyof AcmeSettings;
const NAMES = Object.keys(acmeSettingsSchema.shape) as Name[];

function valueIn(name: Name, text: string): unknown {
  if (name === 'names') return text.split(/[\s,;]+/).filter(Boolean);
  if (name === 'enabled' || name === 'termsAgreed')
    return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

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
      const [name, text] = [args[0] as Name, args[1]!];
      if (!NAMES.includes(name)) {
        return fail(
          'usage',
          'unknown-setting',
          t('certificate.acme.unknown', { name }),
          see('sower certificate acme show'),
        );
      }
      const read = name === 'authority' && text !== '' ? fileText(text, 'unreadable') : success(text);
      if (!read.ok) return read;
      const value = acmeSettingsSchema.shape[name].safeParse(valueIn(name, read.value));
      if (!value.success) return invalidValue(value.error, name);
      const { settings, version } = await api('getAcme', {});
      return shown(await api('editAcme', { body: { ...settings, [name]: value.data }, ifMatch: version }));
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
