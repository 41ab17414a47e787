/** Setup > Device Types. */
import { Label } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/device-types';
import { useState } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { useConsole } from '../../session/use-console.ts';
import { useQuestion } from '../../ui/dialogs/small-dialogs.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { saveFile } from '../../ui/save-file.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Facts, monospaced, TitledCard } from '../../ui/titled-card.tsx';
import { ImportDefinitionDialog } from './import-definition.tsx';

export function Component() {
  const { t, api, can } = useConsole();
  const [importing, setImporting] = useState(false);
  const [remove, removing] = useQuestion<DeviceType>(({ id, name }) => ({
    title: t('deviceTypes.deleteTitle', { name }),
    action: t('ui.delete'),
    body: t('deviceTypes.deleteBody'),
    onConfirm: () => api('deleteDeviceType', { params: { id } }),
    said: t('deviceTypes.said.deleted', { name }),
    changes: ['device-types'],
  }));
  const deviceTypes = useAnswer('listDeviceTypes', {});
  const download = ({ imported: _, version: __, ...definition }: DeviceType): void =>
    saveFile(`${definition.id}.json`, 'application/json', `${JSON.stringify(definition, null, 2)}\n`);
  return (
    <Screen
      title={t('deviceTypes.title')}
      intro={t('deviceTypes.intro')}
      actions={
        can('profiles:edit') && <Button onClick={() => setImporting(true)}>{t('deviceTypes.import')}</Button>
      }
    >
      <Loaded query={deviceTypes}>
        {({ items }) => (
          <div className="sower-columns sower-tiles">
            {items.map((type) => (
              <TitledCard
                key={type.id}
                title={
                  <>
                    {type.name}{' '}
                    {type.imported && (
                      <Label color="blue" isCompact>
                        {t('deviceTypes.imported')}
                      </Label>
                    )}
                  </>
                }
                stacked
              >
                <Facts
                  facts={[
                    [t('deviceTypes.application'), type.application],
                    [
                      t('deviceTypes.tokencode'),
                      t('deviceTypes.tokencodeSays', {
                        digits: type.digits.join(', '),
                        intervals: type.intervals.join(', '),
                      }),
                    ],
                    [
                      t('deviceTypes.algorithms'),
                      type.algorithms.map((name) => t(`algorithms.${name}`)).join(', '),
                    ],
                    [
                      t('profile-field.authenticationType.label'),
                      type.authenticationTypes.map((name) => t(`authenticationTypes.${name}`)).join(', '),
                    ],
                    [t('deviceTypes.qr'), type.qrCode ? t('ui.yes') : t('ui.no')],
                    [t('deviceTypes.class'), monospaced(type.deviceClass)],
                    [
                      t('deviceTypes.binding'),
                      t(
                        type.binding.assertion === 'required'
                          ? 'deviceTypes.bindingRequired'
                          : 'deviceTypes.bindingWhenPresent',
                      ),
                    ],
                    [
                      t('deviceTypes.certificate'),
                      t(
                        type.trustedCertificateRequired
                          ? 'deviceTypes.certificateRequired'
                          : 'deviceTypes.certificateAsked',
                      ),
                    ],
                    [t('deviceTypes.template'), monospaced(type.linkTemplate)],
                  ]}
                />
                <div className="sower-actions">
                  <Button
                    variant="secondary"
                    onClick={() => download(type)}
                    aria-label={t('deviceTypes.downloadNamed', { name: type.name })}
                  >
                    {t('deviceTypes.download')}
                  </Button>
                  {type.imported && can('profiles:edit') && (
                    <Button
                      variant="danger"
                      onClick={() => remove(type)}
                      aria-label={t('ui.deleteNamed', { name: type.name })}
                    >
                      {t('ui.delete')}
                    </Button>
                  )}
                </div>
              </TitledCard>
            ))}
          </div>
        )}
      </Loaded>
      {importing && <ImportDefinitionDialog onClose={() => setImporting(false)} />}
      {removing}
    </Screen>
  );
}
