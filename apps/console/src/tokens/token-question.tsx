/** The question before something is done to a token. */
import { typedSerial } from '@sower/api/serial';
import { useState } from 'react';
import { holderOf } from '../api/user-name.ts';
import { useConsole } from '../session/use-console.ts';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { OneFieldDialog } from '../ui/dialogs/one-field-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { makePin } from '../ui/forms/secret-input.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { useDone, useGone } from '../ui/use-done.ts';
import { ReplaceDialog } from './replace-dialog.tsx';
import type { TokenRow } from './token-state.tsx';
import { UserPicker } from './user-picker.tsx';

type Confirmed = 'unassign' | 'disable' | 'lost' | 'clearPin' | 'delete' | 'withdraw';
export type TokenQuestionName = Confirmed | 'assign' | 'lend' | 'setPin' | 'replace';
type Question = { token: TokenRow; onClose: () => void };

export function TokenQuestion({
  what,
  onDeleted,
  ...question
}: Question & { what: TokenQuestionName; onDeleted: (() => void) | undefined }) {
  switch (what) {
    case 'assign':
      return <Assign {...question} />;
    case 'lend':
      return <LendDialog {...question} />;
    case 'setPin':
      return <SetPin {...question} />;
    case 'replace':
      return <ReplaceDialog {...question} />;
    default:
      return <Confirm what={what} onDeleted={onDeleted} {...question} />;
  }
}

function Assign({ token: { serial }, onClose }: Question) {
  const { t, api } = useConsole();
  const [userId, setUserId] = useState('');
  return (
    <FormDialog
      title={t('tokens.assignTitle', { serial })}
      action={t('tokens.assignAction')}
      ready={userId !== ''}
      onClose={onClose}
      onSubmit={() => api('assignToken', { params: { serial }, body: { userId } })}
      said={t('tokens.said.assigned', { serial, userId })}
    >
      <UserPicker value={userId} onChange={setUserId} />
    </FormDialog>
  );
}

function SetPin({ token, onClose }: Question) {
  const { serial } = token;
  const { t, api } = useConsole();
  return (
    <OneFieldDialog
      title={t('tokens.setPinTitle', { serial })}
      action={t('tokens.setPin')}
      label={t('tokens.newPin')}
      help={t('tokens.newPinHelp', { holder: holderOf(token) })}
      type="password"
      generate={makePin}
      field="pin"
      onClose={onClose}
      onSubmit={(pin) => api('setPin', { params: { serial }, body: { pin } })}
      said={t('tokens.said.pinSet', { serial })}
    />
  );
}

function Confirm({
  what,
  token,
  onDeleted,
  onClose,
}: Question & { what: Confirmed; onDeleted: (() => void) | undefined }) {
  const { kind, serial, userId } = token;
  const { t, api } = useConsole();
  const gone = useGone();
  const done = useDone();
  const params = { serial };
  const work = {
    unassign: () => api('unassignToken', { params }),
    disable: () => api('disableToken', { params }),
    lost: () => api('markLost', { params, body: { lost: true } }),
    clearPin: () => api('clearPin', { params }),
    withdraw: () => api('withdrawDistribution', { params }),
    delete: () => api('deleteToken', { params }),
  } as const satisfies Record<Confirmed, () => Promise<unknown>>;
  const said = {
    unassign: 'tokens.said.unassigned',
    disable: 'tokens.said.disabled',
    lost: 'tokens.said.lost',
    clearPin: 'tokens.said.pinCleared',
    withdraw: 'tokens.said.withdrawn',
    delete: 'tokens.said.deleted',
  } as const satisfies Record<Confirmed, string>;
  return (
    <ConfirmDialog
      title={t(`tokens.confirm.${what}.title`, { serial })}
      action={t(`tokens.confirm.${what}.action`)}
      body={
        what === 'unassign' && kind === 'hardware'
          ? t('tokens.confirm.unassign.bodyHardware')
          : userId === undefined
            ? t(`tokens.confirm.${what}.body`)
            : t(`tokens.confirm.${what}.bodyHeld`, { userId: holderOf(token) })
      }
      danger={what !== 'disable'}
      onClose={onClose}
      onConfirm={async () => {
        await work[what]();
        if (what === 'delete' && onDeleted) {
          await gone(t(said[what], { serial }));
          onDeleted();
        } else await done(t(said[what], { serial }));
      }}
    />
  );
}

/** Lend: a user gets the token until a day, or the day of the loan is moved. */
function LendDialog({ token, onClose }: { token: TokenRow; onClose: () => void }) {
  const { serial, userId: holder, lentUntil, lentInstead } = token;
  const { t, api, date } = useConsole();
  const done = useDone();
  const [userId, setUserId] = useState('');
  const { values, field } = useFields({ until: lentUntil ?? '', instead: '' });
  const { until, instead } = values;
  return (
    <FormDialog
      title={t('tokens.loan.title', { serial })}
      intro={<p>{t('tokens.loan.intro')}</p>}
      action={t('tokens.loan.lend')}
      ready={until !== '' && (holder !== undefined || userId !== '')}
      onClose={onClose}
      onSubmit={async () => {
        const body = {
          until,
          ...(holder === undefined ? { userId } : {}),
          ...(instead.trim() === '' ? {} : { instead: typedSerial(instead) }),
        };
        await api('lendToken', { params: { serial }, body });
        await done(t('tokens.loan.said', { serial, date: date(until) }));
      }}
    >
      {holder === undefined && <UserPicker value={userId} onChange={setUserId} />}
      <TextField id="loan-until" label={t('tokens.loan.until')} type="date" required {...field('until')} />
      {lentInstead === undefined && (
        <TextField
          id="loan-instead"
          label={t('tokens.loan.instead')}
          help={t('tokens.loan.insteadHelp')}
          mono
          {...field('instead')}
        />
      )}
    </FormDialog>
  );
}
