/** Edits a token. If someone else saved it meanwhile, both versions are shown, and one is chosen field by field. */

import { Form, Switch } from '@patternfly/react-core';
import type { Token, TokenPatch } from '@sower/api/tokens';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { DomainField } from '../users/domain-field.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { serial = '' } = useParams();
  const token = useQuery({
    queryKey: ['token', serial],
    queryFn: () => api('getToken', { params: { serial } }),
    // The values on the screen must belong to the version.
    staleTime: 0,
  });
  return (
    <Screen
      title={t('tokens.editTitle', { serial })}
      trail={[
        { label: t('menu.authentication') },
        { label: t('menu.tokens'), to: '/tokens' },
        { label: serial, to: `/tokens/${serial}` },
      ]}
    >
      <Loaded query={token}>{(value) => <EditForm held={value} />}</Loaded>
    </Screen>
  );
}

const FIELDS = ['expiresOn', 'securityDomain', 'nickname', 'enabled', 'lost'] as const;
type Field = (typeof FIELDS)[number];
/** The security domain by name, as in the token. */
type Draft = { expiresOn: string; securityDomain: string; nickname: string; enabled: boolean; lost: boolean };

function draftOf(token: Token): Draft {
  const { expiresOn, securityDomain, enabled, lost } = token;
  return { expiresOn, securityDomain, enabled, lost, nickname: token.distribution?.nickname ?? '' };
}

/** Only differences are sent: fields that someone else may not set, or that tokens of this kind do not have, are left alone. */
function patchOf(wish: Draft, base: Token): TokenPatch {
  const before = draftOf(base);
  return Object.fromEntries(
    FIELDS.filter((field) => wish[field] !== before[field]).map((field) => [field, wish[field]]),
  );
}

function EditForm({ held }: { held: Token }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const { date } = useTimes();
  const [base, setBase] = useState(held);
  const [draft, setDraft] = useState(() => draftOf(held));
  const [theirs, setTheirs] = useState<Token>();
  const { serial } = base;
  const params = { serial };
  const saving = useMutation({
    mutationFn: ({ wish, against }: { wish: Draft; against: Token }) =>
      api('editToken', { params, ifMatch: against.version, body: patchOf(wish, against) }),
    onSuccess: async () => {
      notice(t('tokens.said.edited', { serial }));
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      navigate(`/tokens/${serial}`);
    },
    onError: async (error) => {
      if (isProblem(error, 'edited-meanwhile')) setTheirs(await api('getToken', { params }));
    },
  });
  const set = <F extends Field>(field: F, value: Draft[F]): void =>
    setDraft((before) => ({ ...before, [field]: value }));
  const assigned = base.userId !== undefined;
  const words = (wish: Draft, field: Field): string => {
    if (field === 'expiresOn') return date(wish.expiresOn);
    if (field === 'enabled') return wish.enabled ? t('tokens.enabled') : t('tokens.disabled');
    if (field === 'lost') return wish.lost ? t('tokens.lost') : t('tokens.notLost');
    return wish[field] === '' ? '–' : wish[field];
  };
  const nicknameWrong = /^[A-Za-z0-9]{0,24}$/.test(draft.nickname)
    ? undefined
    : t('distribute.nicknameWrong');
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (nicknameWrong === undefined) saving.mutate({ wish: draft, against: base });
      }}
    >
      {!isProblem(saving.error, 'edited-meanwhile') && <ProblemAlert error={saving.error} fields={FIELDS} />}
      <p>
        {base.userId !== undefined
          ? t('tokens.editHeld', { userId: base.userId, serial })
          : t('tokens.editNobody', { serial })}
      </p>
      <TextField
        label={t('tokens.columns.expiresOn')}
        help={t('tokens.editExpiresHelp')}
        type="date"
        required
        value={draft.expiresOn}
        onChange={(expiresOn) => set('expiresOn', expiresOn)}
        error={fieldProblem(saving.error, 'expiresOn')}
      />
      {/* An assigned token is where its user is. */}
      {!assigned && (
        <DomainField
          byName
          value={draft.securityDomain}
          onChange={(name) => set('securityDomain', name)}
          error={fieldProblem(saving.error, 'securityDomain')}
        />
      )}
      {base.distribution && (
        <TextField
          label={t('tokens.columns.nickname')}
          help={t('tokens.editNicknameHelp')}
          value={draft.nickname}
          onChange={(nickname) => set('nickname', nickname)}
          error={nicknameWrong ?? fieldProblem(saving.error, 'nickname')}
        />
      )}
      <Switch
        id="token-enabled"
        label={t('tokens.editEnabled')}
        isChecked={draft.enabled}
        isDisabled={!assigned}
        onChange={(_, on) => set('enabled', on)}
      />
      <Switch
        id="token-lost"
        label={t('tokens.editLost')}
        isChecked={draft.lost}
        isDisabled={!assigned}
        onChange={(_, on) => set('lost', on)}
      />
      <FormEnd pending={saving.isPending} onLeave={() => navigate(`/tokens/${serial}`)} />
      {theirs && (
        <ConflictDialog
          name={serial}
          fields={FIELDS.map((field) => ({
            field,
            label: t(`tokens.editFields.${field}`),
            before: words(draftOf(base), field),
            mine: words(draft, field),
            theirs: words(draftOf(theirs), field),
          }))}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const wish = { ...draftOf(theirs) };
            for (const field of FIELDS)
              if (mine.includes(field)) Object.assign(wish, { [field]: draft[field] });
            setDraft(wish);
            setBase(theirs);
            setTheirs(undefined);
            saving.mutate({ wish, against: theirs });
          }}
        />
      )}
    </Form>
  );
}
