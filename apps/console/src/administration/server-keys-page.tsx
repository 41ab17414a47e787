/** Administration > Server Keys: the RSA keys of the CT-KIP server. */
import { Label } from '@patternfly/react-core';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, api, time, done } = useConsole();
  const [rotating, setRotating] = useState(false);
  const { values, field } = useFields({ bits: '2048' });
  const { bits } = values;
  const keys = useAnswer('listServerKeys', {});
  return (
    <Screen
      title={t('serverKeys.title')}
      intro={t('serverKeys.intro')}
      actions={<Button onClick={() => setRotating(true)}>{t('serverKeys.rotate')}</Button>}
    >
      <Loaded query={keys}>
        {({ items }) => (
          <ItemTable
            breakAt="grid-md"
            sticky={false}
            items={items}
            columns={[
              [t('serverKeys.id'), ({ id }) => <span className="sower-mono">{id}</span>],
              { label: t('serverKeys.bits'), cell: (key) => `RSA ${key.bits}` },
              {
                label: t('serverKeys.use'),
                cell: ({ use }) => (
                  <Label color={use === 'active' ? 'green' : 'grey'}>{t(`serverKeys.uses.${use}`)}</Label>
                ),
              },
              { label: t('serverKeys.createdAt'), cell: ({ createdAt }) => time(createdAt) },
            ]}
          />
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
            await done(t('serverKeys.rotated', { id: made.id }), ['server-keys']);
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
