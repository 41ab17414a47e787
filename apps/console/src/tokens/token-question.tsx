/** The question before something is done to a token. */
import { Checkbox } from '@patternfly/react-core';
import { isSerial, typedSerial } from '@sower/api/serial';
import { useId, useState } from 'react';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { ConfirmDialog, FormDialog, OneFieldDialog } from '../ui/dialogs/small-dialogs.tsx';
import { inWords, RadioField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { useOnward } from '../ui/use-onward.ts';
import { useGone } from '../ui/use-work.ts';
import type { TokenRow } from './token-state.tsx';
import { UserPicker } from './user-picker.tsx';

type Confirmed = 'unassign' | 'disable' | 'lost' | 'clearPin' | 'delete' | 'withdraw';
export type TokenQuestionName = Confirmed | keyof typeof DIALOGS;
type Question = { token: TokenRow; onDone?: (() => void) | undefined; onClose: () => void };

export function TokenQuestion({
  what,
  onDeleted,
  ...question
}: Question & { what: TokenQuestionName; onDeleted: (() => void) | undefined }) {
  if (!(what in DIALOGS)) return <Confirm what={what as Confirmed} onDeleted={onDeleted} {...question} />;
  const Asked = DIALOGS[what as keyof typeof DIALOGS];
  return <Asked {...question} />;
}

const DIALOGS = { assign: Assign, lend: LendDialog, setPin: SetPin, replace: ReplaceDialog };

function Assign({ token: { serial }, onDone, onClose }: Question) {
  const { t, api } = useConsole();
  const [userId, setUserId] = useState('');
  return (
    <FormDialog
      title={t('tokens.assignTitle', { serial })}
      action={t('tokens.assignAction')}
      ready={userId !== ''}
      onDone={onDone}
      onClose={onClose}
      onSubmit={() => api('assignToken', { params: { serial }, body: { userId } })}
      said={t('tokens.said.assigned', { serial, userId })}
    >
      <UserPicker value={userId} onChange={setUserId} />
    </FormDialog>
  );
}

function SetPin({ token, onDone, onClose }: Question) {
  const { serial } = token;
  const { t, api } = useConsole();
  return (
    <OneFieldDialog
      title={t('tokens.setPinTitle', { serial })}
      action={t('tokens.setPin')}
      label={t('tokens.newPin')}
      help={t('tokens.newPinHelp', { holder: holderOf(token) })}
      type="password"
      generate={async () => (await api('generatePin', { params: { serial } })).pin}
      field="pin"
      onDone={onDone}
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
  onDone,
  onClose,
}: Question & { what: Confirmed; onDeleted: (() => void) | undefined }) {
  const { kind, serial, userId } = token;
  const { t, api, done } = useConsole();
  const gone = useGone();
  const params = { serial };
  const [saidSo, work] = (
    {
      unassign: ['unassigned', () => api('unassignToken', { params })],
      disable: ['disabled', () => api('disableToken', { params })],
      lost: ['lost', () => api('markLost', { params, body: { lost: true } })],
      clearPin: ['pinCleared', () => api('clearPin', { params })],
      withdraw: ['withdrawn', () => api('withdrawDistribution', { params })],
      delete: ['deleted', () => api('deleteToken', { params })],
    } as const
  )[what];
  const said = t(`tokens.said.${saidSo}`, { serial });
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
      onDone={onDone}
      onClose={onClose}
      onConfirm={async () => {
        await work();
        if (what === 'delete' && onDeleted) {
          await gone(said);
          onDeleted();
        } else await done(said);
      }}
    />
  );
}

/** Lend: a user gets the token until a day, or the day of the loan is moved. */
function LendDialog({ token, onDone, onClose }: Question) {
  const { serial, userId: holder, lentUntil, lentInstead } = token;
  const { t, api, date, done } = useConsole();
  const [userId, setUserId] = useState('');
  const { values, field } = useFields({ until: lentUntil ?? '', instead: '' });
  const { until, instead } = values;
  return (
    <FormDialog
      title={t('tokens.loan.title', { serial })}
      intro={<p>{t('tokens.loan.intro')}</p>}
      action={t('tokens.loan.lend')}
      ready={until !== '' && (holder !== undefined || userId !== '')}
      onDone={onDone}
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
        <TextField id="loan-instead" {...helped(t, 'tokens.loan.instead')} mono {...field('instead')} />
      )}
    </FormDialog>
  );
}

/** Replace: gives the user another token, which replaces this one when its first passcode is accepted. */
function ReplaceDialog({ token, onDone, onClose }: Question) {
  const { t, api, can, done } = useConsole();
  const onward = useOnward();
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
      onDone={onDone}
      onClose={onClose}
      onSubmit={async () => {
        const replacement = await api('replaceToken', {
          params: { serial },
          body: { ...(which.next ? {} : { replacement: typedSerial(which.serial) }), keepPin, afterwards },
        });
        await done(t('tokens.said.replacing', { serial, replacement: replacement.serial }));
        if (distribute) {
          const query = profile === undefined ? '' : `?${new URLSearchParams({ profile })}`;
          onward(`/tokens/${replacement.serial}/distribute${query}`);
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
          choices={inWords(['unassign', 'delete'], (value) => t(`tokens.replaceThen.${value}`))}
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

/** Which unassigned token: the next one, or one by its serial number. */
export type WhichToken = { readonly next: boolean; readonly serial: string };

export const whichIsReady = ({ next, serial }: WhichToken): boolean => next || isSerial(typedSerial(serial));

export function TokenChoice({
  value,
  onChange,
  path,
}: {
  value: WhichToken;
  onChange: (which: WhichToken) => void;
  /** Where the API reports errors of the serial number. */
  path: string;
}) {
  const t = useTexts();
  const name = useId();
  return (
    <>
      <RadioField
        name={name}
        label={t('dashboard.which')}
        value={value.next ? 'next' : 'serial'}
        onChange={(which) => onChange({ ...value, next: which === 'next' })}
        choices={[
          { value: 'next', label: t('dashboard.next') },
          { value: 'serial', label: t('dashboard.bySerial') },
        ]}
      />
      {!value.next && (
        <TextField
          label={t('tokens.columns.serial')}
          help={t('dashboard.serialHelp')}
          required
          mono
          value={value.serial}
          onChange={(typed) => onChange({ ...value, serial: typed })}
          path={path}
        />
      )}
    </>
  );
}
