/** Authentication > Software Token Profiles > Add New. */
import type { DeviceType } from '@sower/api/device-types';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved, useSaving } from '../ui/use-work.ts';
import { ImportDefinitionDialog } from './device-types/import-definition.tsx';
import { fitted, NEW_PROFILE, ProfileFields } from './profile-form.tsx';

export function Component() {
  const { t } = useConsole();
  const deviceTypes = useAnswer('listDeviceTypes', {});
  return (
    <Screen title={t('profiles.addTitle')} crumb={t('menu.addNew')} intro={t('profiles.addIntro')}>
      <Loaded query={deviceTypes}>{({ items }) => <AddForm deviceTypes={items} />}</Loaded>
    </Screen>
  );
}

function AddForm({ deviceTypes }: { deviceTypes: readonly DeviceType[] }) {
  const { t, api } = useConsole();
  const saved = useSaved();
  const [values, setValues] = useState(NEW_PROFILE);
  const [importing, setImporting] = useState(false);
  const [missing, setMissing] = useState(false);
  const able = deviceTypes.filter(({ dynamicSeedProvisioning }) => dynamicSeedProvisioning);
  const deviceType = able.find(({ id }) => id === values.deviceType);
  const saving = useSaving({
    mutationFn: () => {
      const { codeExpiry, ...body } = values;
      return api('addProfile', { body: codeExpiry === '' ? body : { ...body, codeExpiry } });
    },
    onSuccess: ({ name }) => saved(t('profiles.said.added', { name }), '/profiles', ['token-profiles']),
  });
  return (
    <Form
      onSubmit={() => {
        if (!deviceType) {
          setMissing(true);
          document.getElementById('device-type')?.focus();
        } else saving.mutate();
      }}
      error={saving.error}
    >
      <ProfileFields adding values={values} onChange={setValues} deviceType={deviceType} error={saving.error}>
        <ChoiceField
          id="device-type"
          label={t('profiles.deviceType')}
          required
          value={values.deviceType}
          placeholder={t('profiles.deviceTypePlaceholder')}
          onChange={(id) => {
            const type = able.find((entry) => entry.id === id);
            setMissing(false);
            setValues(type ? fitted(values, type) : { ...values, deviceType: '' });
          }}
          choices={able.map(({ id, name }) => ({ value: id, label: name }))}
          path="deviceType"
          error={missing ? t('profiles.deviceTypeMissing') : undefined}
          help={
            <Button variant="link" isInline onClick={() => setImporting(true)}>
              {t('deviceTypes.import')}
            </Button>
          }
        />
      </ProfileFields>
      <FormEnd pending={saving.isPending} back="/profiles" />
      {importing && (
        <ImportDefinitionDialog
          onClose={() => setImporting(false)}
          onImported={(type) => setValues(fitted(values, type))}
        />
      )}
    </Form>
  );
}
