/** An offer: added or edited. */
import { Checkbox } from '@patternfly/react-core';
import { MAX_APPROVAL_STEPS, type Offer, type OfferInput, offerIcons } from '@sower/api/offers';
import type { Profile } from '@sower/api/profiles';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { ProfileChoice } from '../distribute/profile-choice.tsx';
import { Changeable } from '../session/missing-permission.tsx';
import { useConsole, useSession } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { AreaField, ChoiceField, FlagField, inWords, TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FieldGroup, FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved, useSaving } from '../ui/use-work.ts';

export function Component() {
  const { t, can } = useConsole();
  const { id } = useParams();
  const offers = useAnswer('listOffers', {}, { staleTime: 0 });
  const profiles = useAnswer('listProfiles', { query: { limit: 1000 } });
  const offer = offers.data?.items.find((entry) => entry.id === id);
  const name = offer?.name ?? '';
  return (
    <Screen
      title={
        id === undefined
          ? t('offers.addTitle')
          : t(can('profiles:edit') ? 'offers.editTitle' : 'offers.viewTitle', { name })
      }
    >
      <Loaded query={offers}>
        {() =>
          id !== undefined && offer === undefined ? (
            <Alert variant="warning" title={t('shell.noPage')} />
          ) : (
            <Loaded query={profiles}>
              {({ items }) => <OfferForm key={offer?.version ?? 0} profiles={items} stored={offer} />}
            </Loaded>
          )
        }
      </Loaded>
    </Screen>
  );
}

const NEW: Required<OfferInput> = {
  name: '',
  profile: '',
  icon: 'phone',
  description: '',
  downloadUrl: '',
  helpUrl: '',
  isDefault: false,
  enabled: true,
  steps: [],
  distribution: false,
};

function inputOf(stored: Offer): Required<OfferInput> {
  const { id: _, version: __, profileName: ___, ...input } = stored;
  return input;
}

function OfferForm({ stored, profiles }: { stored: Offer | undefined; profiles: readonly Profile[] }) {
  const { t, api } = useConsole();
  const saved = useSaved();
  const began = stored ? inputOf(stored) : NEW;
  const { values, set, field, flag } = useFields(began);
  const saving = useSaving({
    mutationFn: () =>
      stored
        ? api('editOffer', { params: { id: stored.id }, body: values, ifMatch: stored.version })
        : api('addOffer', { body: values }),
    onSuccess: ({ name }) => saved(t('offers.saved', { name }), '/offers', ['offers']),
  });
  const may = useSession().can('profiles:edit');
  const url = profiles.find(({ id }) => id === values.profile)?.delivery === 'url';
  return (
    <Form onSubmit={() => saving.mutate()} error={saving.error}>
      <Changeable permission="profiles:edit">
        <TextField label={t('offers.name')} required help={t('offers.nameHelp')} {...field('name')} />
        <ProfileChoice
          label={t('offers.profile')}
          placeholder={t('offers.profilePlaceholder')}
          profiles={profiles}
          {...field('profile')}
        />
        <ChoiceField
          label={t('offers.icon')}
          choices={inWords(offerIcons, (value) => t(`offers.icons.${value}`))}
          {...field('icon')}
        />
        <AreaField label={t('offers.description')} rows={3} {...field('description')} />
        <TextField label={t('offers.downloadUrl')} help={t('offers.linkHelp')} {...field('downloadUrl')} />
        <TextField label={t('offers.helpUrl')} help={t('offers.linkHelp')} {...field('helpUrl')} />
        <Checkbox id="offer-enabled" label={t('offers.enabled')} {...flag('enabled')} />
        <Checkbox id="offer-default" label={t('offers.isDefault')} {...flag('isDefault')} />
        <StepFields steps={values.steps} onChange={(steps) => set({ steps })} />
        <FlagField id="offer-distribution" {...helped(t, 'offers.distribution')} {...flag('distribution')} />
        {url && !values.distribution && <Alert variant="warning" title={t('offers.distributionHelp')} />}
      </Changeable>
      <FormEnd
        pending={saving.isPending}
        changed={JSON.stringify(values.steps) !== JSON.stringify(began.steps)}
        changeable={may}
        back="/offers"
      />
    </Form>
  );
}

type Step = OfferInput['steps'][number];

/** Who approves, one after the other. */
function StepFields({ steps, onChange }: { steps: readonly Step[]; onChange: (steps: Step[]) => void }) {
  const { t, can } = useConsole();
  const roles = useAnswer('listRoles', {}, { enabled: can('administrators:view') });
  return (
    <FieldGroup id="offer-approvals" title={t('offers.approvals')} description={t('offers.approvalsHelp')}>
      <ProblemAlert error={roles.error} />
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the list
        <div key={at} className="sower-stack">
          <TextField
            label={t('offers.stepName', { number: at + 1 })}
            required
            value={step.name}
            onChange={(name) => onChange(steps.with(at, { ...step, name }))}
            path={`steps.${at}.name`}
          />
          <ChoiceField
            label={t('offers.stepRole', { number: at + 1 })}
            value={step.role ?? ''}
            onChange={(role) =>
              onChange(steps.with(at, role === '' ? { name: step.name } : { name: step.name, role }))
            }
            none={t('offers.anyApprover')}
            choices={(roles.data?.items ?? [])
              .filter(({ id, permissions }) => permissions.includes('requests:decide') || id === step.role)
              .map(({ id, name }) => ({ value: id, label: t('offers.roleNamed', { name }) }))}
            path={`steps.${at}.role`}
          />
          <div className="sower-actions">
            <Button variant="link" isDanger onClick={() => onChange(steps.toSpliced(at, 1))}>
              {t('offers.removeStep', { number: at + 1 })}
            </Button>
          </div>
        </div>
      ))}
      {steps.length < MAX_APPROVAL_STEPS && (
        <div className="sower-actions">
          <Button variant="secondary" onClick={() => onChange([...steps, { name: '' }])}>
            {t('offers.addStep')}
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}
