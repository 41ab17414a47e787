/** Administration > Server Keys: the RSA keys of the CT-KIP server. */
import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useDone } from '../ui/use-done.ts';

export function Component() {
  const { t, api, time } = useConsole();
  const done = useDone();
  const [rotating, setRotating] = useState(false);
  const { values, field } = useFields({ bits: '2048' });
  const { bits } = values;
  const keys = useQuery({ queryKey: ['serverKeys'], queryFn: () => api('listServerKeys', {}) });
  return (
    <Screen
      title={t('serverKeys.title')}
      intro={t('serverKeys.intro')}
      actions={<Button onClick={() => setRotating(true)}>{t('serverKeys.rotate')}</Button>}
    >
      <Loaded query={keys}>
        {({ items }) => (
          <Table aria-label={t('serverKeys.title')} variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>{t('serverKeys.id')}</Th>
                <Th>{t('serverKeys.bits')}</Th>
                <Th>{t('serverKeys.use')}</Th>
                <Th>{t('serverKeys.createdAt')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {items.map((key) => (
                <Tr key={key.id}>
                  <Td dataLabel={t('serverKeys.id')} className="sower-mono" modifier="breakWord">
                    {key.id}
                  </Td>
                  <Td dataLabel={t('serverKeys.bits')}>RSA {key.bits}</Td>
                  <Td dataLabel={t('serverKeys.use')}>
                    <Label color={key.use === 'active' ? 'green' : 'grey'}>
                      {t(`serverKeys.uses.${key.use}`)}
                    </Label>
                  </Td>
                  <Td dataLabel={t('serverKeys.createdAt')}>{time(key.createdAt)}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </Loaded>
      {rotating && (
        <FormDialog
          title={t('serverKeys.rotateTitle')}
          action={t('serverKeys.rotateAction')}
          intro={<p>{t('serverKeys.rotateBody')}</p>}
          onClose={() => setRotating(false)}
          onSubmit={async () => {
            const made = await api('rotateServerKey', {
              body: { bits: Number(bits) as 1024 | 2048 | 3072 | 4096 },
            });
            await done(t('serverKeys.rotated', { id: made.id }), ['serverKeys']);
          }}
        >
          <ChoiceField
            label={t('serverKeys.bits')}
            help={t(bits === '1024' ? 'serverKeys.weak' : 'serverKeys.bitsHelp')}
            choices={['2048', '3072', '4096', '1024'].map((value) => ({ value, label: `RSA ${value}` }))}
            {...field('bits')}
          />
        </FormDialog>
      )}
    </Screen>
  );
}
