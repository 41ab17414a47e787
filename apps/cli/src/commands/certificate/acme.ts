/**
 * `sower certificate acme` and `revoke`: certificates that the server orders automatically. The key of an external account is typed or
 * piped.
 */
import { readFileSync } from 'node:fs';
import {
  type Acme,
  type AcmeSettings,
  acmeSettingsSchema,
  type RevocationReason,
  revocationReasons,
} from '@sower/api/acme';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { unreadableFile } from '../../files.ts';
import { invalidValue, see, unchanged, yesOption } from '../../options.ts';
import { fail, type Outcome, type Result, success } from '../../outcome.ts';
import { fields, printable, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName, readSecret } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';

type Name = keyof AcmeSettings;
const NAMES = Object.keys(acmeSettingsSchema.shape) as Name[];

export function addAcmeCommands(frame: Frame, certificate: Command): void {
  const acme = certificate.command('acme').description(t('certificate.acme.summary'));

  addServerCommand(
    frame,
    acme,
    { usage: 'show', isDefault: true },
    t('certificate.acme.show'),
    unchanged,
    async ({ api }) => shown(await api('getAcme', {})),
  );

  addServerCommand(
    frame,
    acme,
    'set <name> <value>',
    t('certificate.acme.set'),
    (command) => command.addHelpText('after', `\n${t('settings.set.names', { names: NAMES.join(', ') })}`),
    async ({ api, args }) => {
      const [name, text] = [args[0] as Name, args[1]!];
      if (!NAMES.includes(name)) {
        return fail(
          'usage',
          'unknown-setting',
          t('certificate.acme.unknown', { name }),
          see('sower certificate acme show'),
        );
      }
      const read = name === 'authority' && text !== '' ? fileText(text) : success(text);
      if (!read.ok) return read;
      const value = acmeSettingsSchema.shape[name].safeParse(valueIn(name, read.value));
      if (!value.success) return invalidValue(value.error, name);
      const { settings, version } = await api('getAcme', {});
      return shown(await api('editAcme', { body: { ...settings, [name]: value.data }, ifMatch: version }));
    },
  );

  addServerCommand(
    frame,
    acme,
    'account <key-id>',
    t('certificate.acme.account'),
    unchanged,
    async ({ api, args, terminal }) => {
      const secret = args[0] === '' ? success('') : await readSecret(terminal, 'secret');
      if (!secret.ok) return secret;
      const { settings, version } = await api('getAcme', {});
      const body = { ...settings, bindingKeyId: args[0]!, bindingKey: secret.value };
      return shown(await api('editAcme', { body, ifMatch: version }));
    },
  );

  addServerCommand(frame, acme, 'order', t('certificate.acme.order'), unchanged, async ({ api }) => ({
    ...shown(await api('orderCertificate', {})),
    notes: [t('certificate.acme.next')],
  }));

  addServerCommand<{ reason: RevocationReason; yes?: boolean }>(
    frame,
    certificate,
    'revoke <id>',
    t('certificate.revoke.summary'),
    (command) =>
      yesOption(
        command.addOption(
          new Option('--reason <reason>', t('certificate.revoke.reason'))
            .choices([...revocationReasons])
            .default('unspecified'),
        ),
      ),
    async ({ api, args, options, terminal }) => {
      const id = args[0]!;
      const stop = await confirmByName(terminal, {
        name: id,
        consequence: t('certificate.revoke.confirm', { id }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      const revoked = await withProgress(terminal, { message: t('certificate.revoke.progress') }, () =>
        api('revokeCertificate', { params: { id }, body: { reason: options.reason } }),
      );
      return { ok: true, json: revoked, text: t('certificate.revoke.done', { id: printable(id) }) };
    },
  );
}

function valueIn(name: Name, text: string): unknown {
  if (name === 'names') return text.split(/[\s,;]+/).filter(Boolean);
  if (name === 'enabled' || name === 'termsAgreed')
    return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function fileText(path: string): Result<string> {
  try {
    return success(readFileSync(path, 'utf8'));
  } catch (error) {
    return unreadableFile(path, error, 'unreadable');
  }
}

function shown(acme: Acme): Outcome & { ok: true } {
  const { settings, state, bindingKeySet, orderedNames, nextAt, renewAt, failedAt, failure } = acme;
  const parts = Object.entries(settings).map(([name, value]): [string, string] => [
    name,
    name === 'authority' ? (value === '' ? '' : t('certificate.acme.given')) : String(value),
  ]);
  return {
    ok: true,
    json: acme,
    text: [
      fields([
        [t('field.state'), t(`certificate.acme.states.${state}`)],
        [t('field.names'), orderedNames.join(' ')],
        [t('certificate.acme.renewAt'), time(renewAt)],
        [t('certificate.acme.nextAt'), time(nextAt)],
        [t('certificate.acme.failedAt'), time(failedAt)],
        [t('certificate.acme.failure'), failure],
      ]),
      fields([
        ...parts,
        [t('certificate.acme.bindingKey'), bindingKeySet ? t('certificate.acme.given') : ''],
      ]),
    ].join('\n\n'),
  };
}
