/** The policy of one security domain: its fields, whom a change affects, and the confirmation before it is saved. */
import {
  DEFAULT_POLICIES,
  type Policies,
  type PolicyKind,
  type PolicyReach,
  type PolicyView,
} from '@sower/api/policies';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FieldGroup, FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import {
  crossedField,
  type Draft,
  draftOf,
  fieldShape,
  isWrong,
  type PolicyChoice,
  type PolicyFieldName,
  policyGroups,
  policyOf,
} from './policy-fields.ts';

export function PolicyForm({ view }: { view: PolicyView }) {
  const { t, api, can, done } = useConsole();
  const { kind, domain, domainName, own, from, version } = view;
  const [draft, setDraft] = useState<Draft>(() => draftOf(view.policy));
  const [asked, setAsked] = useState<'save' | 'reset'>();
  const reach = useAnswer('getPolicyReach', { params: { kind, domain } }, { staleTime: 0 });
  const editable = can('policies:edit');
  const names = policyGroups(kind).flatMap(([, fields]) => fields);
  const crossed = crossedField(kind, draft);
  const anyWrong = crossed !== undefined || names.some((name) => isWrong(kind, name, draft[name] ?? ''));
  /** What a reset of the top domain leads to; of another, the domain above decides. */
  const atReset = domain === 'top' && DEFAULT_POLICIES.token.pinRequired;
  const save = async (): Promise<void> => {
    const params = { domain };
    const ifMatch = version;
    if (kind === 'token') await api('editTokenPolicy', { params, ifMatch, body: policyOf('token', draft) });
    else if (kind === 'lockout')
      await api('editLockoutPolicy', { params, ifMatch, body: policyOf('lockout', draft) });
    else await api('editEmergencyPolicy', { params, ifMatch, body: policyOf('emergency', draft) });
    await done(t('policies.saved', { name: domainName }));
  };
  return (
    <div className="sower-columns">
      <Form
        wide
        onSubmit={() => {
          if (!anyWrong && editable) setAsked('save');
        }}
      >
        <p>
          {own
            ? t('policies.fromOwn')
            : from === undefined
              ? t('policies.fromUsual')
              : t('policies.fromAbove', { name: from })}
        </p>
        {policyGroups(kind).map(([group, fields]) => (
          <FieldGroup key={group} id={`policy-${kind}-${group}`} title={t(`policies.groups.${group}`)}>
            {fields.map((name) => (
              <PolicyField
                key={name}
                kind={kind}
                name={name}
                value={draft[name] ?? ''}
                disabled={!editable}
                crossed={crossed?.name === name ? t(`policies.crossed.${crossed.why}`) : undefined}
                onChange={(value) => setDraft((previous) => ({ ...previous, [name]: value }))}
              />
            ))}
          </FieldGroup>
        ))}
        {editable && (
          <FormEnd
            pending={false}
            ready={!anyWrong}
            action={t('policies.save')}
            leave={t('policies.discard')}
            onLeave={() => setDraft(draftOf(view.policy))}
          >
            {own && (
              <Button variant="secondary" onClick={() => setAsked('reset')}>
                {domain === 'top' ? t('policies.resetTop') : t('policies.reset')}
              </Button>
            )}
          </FormEnd>
        )}
      </Form>
      <TitledCard title={t('policies.touches')}>
        <Loaded query={reach}>{(value) => <Touched reach={value} />}</Loaded>
      </TitledCard>
      {asked !== undefined && (
        <ConfirmDialog
          title={t(asked === 'save' ? 'policies.confirmTitle' : 'policies.resetTitle', { name: domainName })}
          action={
            asked === 'save'
              ? t('policies.save')
              : domain === 'top'
                ? t('policies.resetTop')
                : t('policies.reset')
          }
          danger={asked === 'reset'}
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            if (asked === 'save') return save();
            await api('removePolicy', { params: { kind, domain } });
            return done(t('policies.resetDone', { name: domainName }));
          }}
        >
          <Loaded query={reach} lines={2}>
            {(value) => (
              <>
                <p>
                  {t('policies.confirmUsers', {
                    count: value.users,
                    tokens: value.tokens,
                    domains: value.domains.join(', '),
                  })}
                </p>
                {value.tokensWithoutPin > 0 &&
                  newPinMode(view, asked === 'save' ? draft.pinRequired : atReset) && (
                    <Alert
                      variant="warning"
                      title={t('policies.pinNotice', { count: value.tokensWithoutPin })}
                    />
                  )}
              </>
            )}
          </Loaded>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Whether a PIN is required now and was not before. */
const newPinMode = (view: PolicyView, required: unknown): boolean =>
  view.kind === 'token' && String(required) === 'true' && !(view.policy as Policies['token']).pinRequired;

function Touched({ reach }: { reach: PolicyReach }) {
  const { t, count } = useConsole();
  return (
    <Facts
      facts={[
        [t('policies.touch.domains'), reach.domains.join(', ')],
        [t('policies.touch.users'), count(reach.users)],
        [t('policies.touch.tokens'), count(reach.tokens)],
        [t('policies.touch.tokensWithPin'), count(reach.tokensWithPin)],
        [t('policies.touch.tokensWithoutPin'), count(reach.tokensWithoutPin)],
        [t('policies.touch.usersLocked'), count(reach.usersLocked)],
        [t('policies.touch.tokensInEmergency'), count(reach.tokensInEmergency)],
      ]}
    />
  );
}

function PolicyField({
  kind,
  name,
  value,
  disabled,
  crossed,
  onChange,
}: {
  kind: PolicyKind;
  name: PolicyFieldName;
  value: string;
  disabled: boolean;
  /** Its conflict with another field. */
  crossed: string | undefined;
  onChange: (value: string) => void;
}) {
  const t = useTexts();
  const shape = fieldShape(kind, name);
  const label = t(`policy-field.${name}.label`);
  const help = t(`policy-field.${name}.help`);
  const usual = (DEFAULT_POLICIES[kind] as Record<string, unknown>)[name];
  const usually =
    shape.kind === 'flag'
      ? t(usual === true ? 'policies.yes' : 'policies.no')
      : shape.kind === 'choice'
        ? t(`policies.choices.${usual as PolicyChoice}`)
        : String(usual);
  const helpText = shape.kind === 'words' ? help : t('policies.helpWithUsual', { help, value: usually });
  const wrong = isWrong(kind, name, value);
  if (shape.kind === 'words') {
    return (
      <AreaField
        label={label}
        help={helpText}
        error={wrong ? t('policies.wrongWords') : undefined}
        rows={4}
        value={value}
        disabled={disabled}
        onChange={onChange}
      />
    );
  }
  if (shape.kind === 'number') {
    return (
      <TextField
        label={label}
        help={helpText}
        type="number"
        value={value}
        disabled={disabled}
        onChange={onChange}
        error={wrong ? t('policies.wrongNumber', { least: shape.least, most: shape.most }) : crossed}
      />
    );
  }
  return (
    <ChoiceField
      label={label}
      help={helpText}
      value={value}
      disabled={disabled}
      onChange={onChange}
      choices={
        shape.kind === 'flag'
          ? [
              { value: 'true', label: t('policies.yes') },
              { value: 'false', label: t('policies.no') },
            ]
          : inWords(shape.choices, (choice) => t(`policies.choices.${choice}`))
      }
    />
  );
}
