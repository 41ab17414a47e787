/** Edits a token. If someone else saved it meanwhile, both versions are shown, and one is chosen field by field. */
import { Switch } from '@patternfly/react-core';
import { nicknameSchema } from '@sower/api/distributions';
import type { Token, TokenPatch } from '@sower/api/tokens';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved } from '../ui/use-work.ts';

export function Component() {
  const { t } = useConsole();
  const { serial = '' } = useParams();
  // The values on the screen must belong to the version.
  const token = useAnswer('getToken', { params: { serial } }, { staleTime: 0 });
  return (
    <Screen title={t('tokens.editTitle', { serial })} within={{ label: serial, to: `/tokens/${serial}` }}>
      <Loaded query={token}>{(value) => <EditForm stored={value} />}</Loaded>
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
function patchOf(draft: Draft, base: Token): TokenPatch {
  const before = draftOf(base);
  return Object.fromEntries(
    FIELDS.filter((field) => draft[field] !== before[field]).map((field) => [field, draft[field]]),
  );
}

function EditForm({ stored }: { stored: Token }) {
  const { t, api, date } = useConsole();
  const saved = useSaved();
  const { serial } = stored;
  const params = { serial };
  const { base, values, field, flag, error, pending, save, conflict } = useEditing({
    stored,
    draftOf,
    send: (draft, against) =>
      api('editToken', { params, ifMatch: against.version, body: patchOf(draft, against) }),
    load: () => api('getToken', { params }),
    onSaved: () => saved(t('tokens.said.edited', { serial }), `/tokens/${serial}`),
  });
  const assigned = base.userId !== undefined;
  const words = (draft: Draft, name: Field): string => {
    if (name === 'expiresOn') return date(draft.expiresOn);
    if (name === 'enabled') return draft.enabled ? t('tokens.enabled') : t('tokens.disabled');
    if (name === 'lost') return draft.lost ? t('tokens.lost') : t('tokens.notLost');
    return draft[name] === '' ? '–' : draft[name];
  };
  const nicknameWrong = !nicknameSchema.safeParse(values.nickname).success;
  return (
    <Form
      onSubmit={() => {
        if (!nicknameWrong) save();
      }}
      error={error}
    >
      <p>
        {base.userId !== undefined
          ? t('tokens.editHeld', { userId: holderOf(base), serial })
          : t('tokens.editNobody', { serial })}
      </p>
      <TextField
        label={t('tokens.columns.expiresOn')}
        help={t('tokens.editExpiresHelp')}
        type="date"
        required
        {...field('expiresOn')}
      />
      {/* An assigned token is where its user is. */}
      {!assigned && <DomainField byName {...field('securityDomain')} />}
      {base.distribution && (
        <TextField
          label={t('tokens.columns.nickname')}
          help={t('tokens.editNicknameHelp')}
          {...field('nickname')}
          {...(nicknameWrong ? { error: t('distribute.nicknameWrong') } : {})}
        />
      )}
      <Switch
        id="token-enabled"
        label={t('tokens.editEnabled')}
        isDisabled={!assigned}
        {...flag('enabled')}
      />
      <Switch id="token-lost" label={t('tokens.editLost')} isDisabled={!assigned} {...flag('lost')} />
      <FormEnd pending={pending} back={`/tokens/${serial}`} />
      <EditConflict
        conflict={conflict}
        name={serial}
        fields={FIELDS}
        label={(name) => t(`tokens.editFields.${name}`)}
        words={words}
      />
    </Form>
  );
}
