/** Replace: gives the user another token, which replaces this one when its first passcode is accepted. */
import { Checkbox } from '@patternfly/react-core';
import { typedSerial } from '@sower/api/serial';
import { useState } from 'react';
import { holderOf } from '../api/user-name.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { RadioField } from '../ui/field.tsx';
import { useDone } from '../ui/use-done.ts';
import { useOnward } from '../ui/use-onward.ts';
import { TokenChoice, type WhichToken, whichIsReady } from './token-choice.tsx';
import type { TokenRow } from './token-state.tsx';

export function ReplaceDialog({ token, onClose }: { token: TokenRow; onClose: () => void }) {
  const { t, api, can } = useConsole();
  const onward = useOnward();
  const done = useDone();
  const { serial } = token;
  const profile = token.distribution?.profile;
  const mayDistribute = can('tokens:distribute');
  const [which, setWhich] = useState<WhichToken>({ next: true, serial: '' });
  const [keepPin, setKeepPin] = useState(true);
  const [afterwards, setAfterwards] = useState<'unassign' | 'delete'>('unassign');
  const [distribute, setDistribute] = useState(mayDistribute);
  return (
    <FormDialog
      title={t('tokens.replaceTitle', { serial })}
      intro={<p>{t('tokens.replaceIntro', { serial, userId: holderOf(token) })}</p>}
      action={t('tokens.replace')}
      ready={whichIsReady(which)}
      onClose={onClose}
      onSubmit={async () => {
        const replacement = await api('replaceToken', {
          params: { serial },
          body: { ...(which.next ? {} : { replacement: typedSerial(which.serial) }), keepPin, afterwards },
        });
        await done(t('tokens.said.replacing', { serial, replacement: replacement.serial }));
        if (distribute) {
          const wished = profile === undefined ? '' : `?${new URLSearchParams({ profile })}`;
          onward(`/tokens/${replacement.serial}/distribute${wished}`);
        }
      }}
    >
      <TokenChoice value={which} onChange={setWhich} path="replacement" />
      {token.pinSet && (
        <Checkbox
          id="replace-pin"
          label={t('tokens.replacePin')}
          description={t('tokens.replacePinSays')}
          isChecked={keepPin}
          onChange={(_, on) => setKeepPin(on)}
        />
      )}
      {can('tokens:delete') && (
        <RadioField
          name="replace-afterwards"
          prefix="replace"
          label={t('tokens.replaceAfterwards', { serial })}
          value={afterwards}
          onChange={setAfterwards}
          choices={(['unassign', 'delete'] as const).map((value) => ({
            value,
            label: t(`tokens.replaceThen.${value}`),
          }))}
        />
      )}
      {mayDistribute && (
        <Checkbox
          id="replace-distribute"
          label={
            profile === undefined
              ? t('tokens.replaceDistribute')
              : t('tokens.replaceDistributeWith', { profile })
          }
          isChecked={distribute}
          onChange={(_, on) => setDistribute(on)}
        />
      )}
    </FormDialog>
  );
}
