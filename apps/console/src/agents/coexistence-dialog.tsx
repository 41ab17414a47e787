/** Adding old RADIUS servers, and editing them against their version. */
import { Checkbox } from '@patternfly/react-core';
import type { Coexistence } from '@sower/api/coexistences';
import { useAnswer } from '../api/use-answer.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';

export function CoexistenceDialog({
  coexistence,
  onClose,
}: {
  /** Undefined: a new one. */
  coexistence: Coexistence | undefined;
  onClose: () => void;
}) {
  const { t, api, done } = useConsole();
  const clients = useAnswer('listRadiusClients', {});
  const { values, field, flag } = useFields({
    name: coexistence?.name ?? '',
    servers: coexistence?.servers.join('\n') ?? '',
    secret: '',
    timeoutSeconds: String(coexistence?.timeoutSeconds ?? 3),
    endsOn: coexistence?.endsOn ?? '',
    securityDomain: '',
    radiusClient: '',
    enabled: coexistence?.enabled ?? false,
  });
  const { name, secret, endsOn, securityDomain, radiusClient, enabled } = values;
  const servers = partsOf(values.servers, /\s+/);
  const seconds = Number(values.timeoutSeconds);
  /** It would get the secret: the server asks for it again. */
  const another = servers.some((server) => !coexistence?.servers.includes(server));
  return (
    <FormDialog
      title={coexistence ? t('coexistence.editTitle', { name: coexistence.name }) : t('coexistence.add')}
      action={coexistence ? t('ui.save') : t('coexistence.addAction')}
      ready={
        name.trim() !== '' &&
        servers.length > 0 &&
        endsOn !== '' &&
        Number.isInteger(seconds) &&
        (!another || secret !== '')
      }
      onClose={onClose}
      onSubmit={async () => {
        const fields = { name, servers, timeoutSeconds: seconds, endsOn, enabled };
        if (coexistence)
          await api('editCoexistence', {
            params: { id: coexistence.id },
            body: { ...fields, ...(secret === '' ? {} : { secret }) },
            ifMatch: coexistence.version,
          });
        else
          await api('addCoexistence', {
            body: {
              ...{ ...fields, secret },
              ...(securityDomain === '' ? {} : { securityDomain }),
              ...(radiusClient === '' ? {} : { radiusClient }),
            },
          });
        await done(t(coexistence ? 'coexistence.saved' : 'coexistence.added', { name }));
      }}
    >
      <TextField label={t('coexistence.name')} required {...field('name')} />
      <AreaField {...helped(t, 'coexistence.servers')} rows={2} mono required {...field('servers')} />
      <TextField
        label={t('coexistence.secret')}
        help={t(
          coexistence
            ? another
              ? 'coexistence.secretAgain'
              : 'coexistence.secretKept'
            : 'coexistence.secretHelp',
        )}
        type="password"
        required={another || coexistence === undefined}
        {...field('secret')}
      />
      <TextField {...helped(t, 'coexistence.timeout')} type="number" {...field('timeoutSeconds')} />
      <TextField {...helped(t, 'coexistence.endsOn')} type="date" required {...field('endsOn')} />
      {!coexistence && (
        <>
          <DomainField
            label={t('coexistence.domain')}
            {...field('securityDomain')}
            none={t('radiusClients.domainAll')}
          />
          <ChoiceField
            label={t('coexistence.client')}
            none={t('coexistence.allClients')}
            choices={(clients.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label }))}
            {...field('radiusClient')}
          />
        </>
      )}
      <Checkbox
        id="coexistence-enabled"
        label={t('coexistence.enabledLabel')}
        description={t('coexistence.enabledHelp')}
        {...flag('enabled')}
      />
    </FormDialog>
  );
}
