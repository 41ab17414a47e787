/** An offer: added or edited. */

import { Checkbox, Form, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { MAX_APPROVAL_STEPS, type Offer, type OfferInput, offerIcons } from '@sower/api/offers';
import type { Profile } from '@sower/api/profiles';
import type { Role } from '@sower/api/roles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Changeable } from '../ui/changeable.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const { id } = useParams();
  const query = useQuery({
    queryKey: ['offers', 'form', id],
    queryFn: async () => {
      const [offers, profiles, roles] = await Promise.all([
        api('listOffers', {}),
        api('listProfiles', { query: { limit: 1000 } }),
        can('administrators:view') ? api('listRoles', {}) : { items: [] as Role[] },
      ]);
      return {
        offer: offers.items.find((entry) => entry.id === id),
        profiles: profiles.items,
        roles: roles.items,
      };
    },
    staleTime: 0,
  });
  const name = query.data?.offer?.name ?? '';
  return (
    <Screen
      title={
        id === undefined
          ? t('offers.addTitle')
          : t(can('profiles:edit') ? 'offers.editTitle' : 'offers.viewTitle', { name })
      }
      trail={[{ label: t('menu.setup') }, { label: t('offers.title'), to: '/offers' }]}
    >
      <Loaded query={query}>
        {({ offer, profiles, roles }) =>
          id !== undefined && offer === undefined ? (
            <Alert component="p" isInline variant="warning" title={t('shell.noPage')} />
          ) : (
            <OfferForm
              key={offer?.version ?? 0}
              profiles={profiles}
              roles={roles}
              {...(offer ? { held: offer } : {})}
            />
          )
        }
      </Loaded>
    </Screen>
  );
}

const FIELDS = ['name', 'profile', 'description', 'downloadUrl', 'helpUrl', 'distribution'] as const;

function OfferForm({
  held,
  profiles,
  roles,
}: {
  held?: Offer;
  profiles: readonly Profile[];
  roles: readonly Role[];
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const [draft, setDraft] = useState<Required<OfferInput>>(() => ({
    name: held?.name ?? '',
    profile: held?.profile ?? '',
    icon: held?.icon ?? 'phone',
    description: held?.description ?? '',
    downloadUrl: held?.downloadUrl ?? '',
    helpUrl: held?.helpUrl ?? '',
    isDefault: held?.isDefault ?? false,
    enabled: held?.enabled ?? true,
    steps: held?.steps ?? [],
    distribution: held?.distribution ?? false,
  }));
  const set = <K extends keyof OfferInput>(name: K, value: OfferInput[K]): void =>
    setDraft((before) => ({ ...before, [name]: value }));
  const setStep = (at: number, step: OfferInput['steps'][number]): void =>
    set(
      'steps',
      draft.steps.map((before, index) => (index === at ? step : before)),
    );
  const saving = useMutation({
    mutationFn: () =>
      held
        ? api('editOffer', { params: { id: held.id }, body: draft, ifMatch: held.version })
        : api('addOffer', { body: draft }),
    onSuccess: async ({ name }) => {
      notice(t('offers.saved', { name }));
      await queries.invalidateQueries({ queryKey: ['offers'] });
      navigate('/offers');
    },
  });
  const may = useSession().can('profiles:edit');
  const url = profiles.find(({ id }) => id === draft.profile)?.delivery === 'url';
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <ProblemAlert
        error={saving.error}
        fields={[...FIELDS, ...draft.steps.flatMap((_, at) => [`steps.${at}.name`, `steps.${at}.role`])]}
      />
      <Changeable permission="profiles:edit">
        <TextField
          label={t('offers.name')}
          required
          value={draft.name}
          onChange={(value) => set('name', value)}
          help={t('offers.nameHelp')}
          error={fieldProblem(saving.error, 'name')}
        />
        <ChoiceField
          label={t('offers.profile')}
          required
          value={draft.profile}
          placeholder={t('offers.profilePlaceholder')}
          onChange={(value) => set('profile', value)}
          choices={profiles.map(({ id, name, deliveryLabel }) => ({
            value: id,
            label: `${name} – ${deliveryLabel}`,
          }))}
          error={fieldProblem(saving.error, 'profile')}
        />
        <ChoiceField
          label={t('offers.icon')}
          value={draft.icon}
          onChange={(value) => set('icon', value as Offer['icon'])}
          choices={offerIcons.map((value) => ({ value, label: t(`offers.icons.${value}`) }))}
        />
        <AreaField
          label={t('offers.description')}
          rows={3}
          value={draft.description}
          onChange={(value) => set('description', value)}
          error={fieldProblem(saving.error, 'description')}
        />
        <TextField
          label={t('offers.downloadUrl')}
          value={draft.downloadUrl}
          onChange={(value) => set('downloadUrl', value)}
          help={t('offers.linkHelp')}
          error={fieldProblem(saving.error, 'downloadUrl')}
        />
        <TextField
          label={t('offers.helpUrl')}
          value={draft.helpUrl}
          onChange={(value) => set('helpUrl', value)}
          help={t('offers.linkHelp')}
          error={fieldProblem(saving.error, 'helpUrl')}
        />
        <Checkbox
          id="offer-enabled"
          label={t('offers.enabled')}
          isChecked={draft.enabled}
          onChange={(_, on) => set('enabled', on)}
        />
        <Checkbox
          id="offer-default"
          label={t('offers.isDefault')}
          isChecked={draft.isDefault}
          onChange={(_, on) => set('isDefault', on)}
        />
        <FormFieldGroup
          header={
            <FormFieldGroupHeader
              titleText={{ text: t('offers.approvals'), id: 'offer-approvals' }}
              titleDescription={t('offers.approvalsHelp')}
            />
          }
        >
          {draft.steps.map((step, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the list
            <div key={at} className="sower-stack">
              <TextField
                label={t('offers.stepName', { number: at + 1 })}
                required
                value={step.name}
                onChange={(name) => setStep(at, { ...step, name })}
                error={fieldProblem(saving.error, `steps.${at}.name`)}
              />
              <ChoiceField
                label={t('offers.stepRole', { number: at + 1 })}
                value={step.role ?? ''}
                onChange={(role) =>
                  setStep(at, role === '' ? { name: step.name } : { name: step.name, role })
                }
                choices={[
                  { value: '', label: t('offers.anyApprover') },
                  ...roles
                    .filter(
                      ({ id, permissions }) => permissions.includes('requests:decide') || id === step.role,
                    )
                    .map(({ id, name }) => ({ value: id, label: t('offers.roleNamed', { name }) })),
                ]}
                error={fieldProblem(saving.error, `steps.${at}.role`)}
              />
              <div className="sower-actions">
                <Button
                  variant="link"
                  isDanger
                  onClick={() =>
                    set(
                      'steps',
                      draft.steps.filter((_, index) => index !== at),
                    )
                  }
                >
                  {t('offers.removeStep', { number: at + 1 })}
                </Button>
              </div>
            </div>
          ))}
          {draft.steps.length < MAX_APPROVAL_STEPS && (
            <div className="sower-actions">
              <Button variant="secondary" onClick={() => set('steps', [...draft.steps, { name: '' }])}>
                {t('offers.addStep')}
              </Button>
            </div>
          )}
        </FormFieldGroup>
        <Checkbox
          id="offer-distribution"
          label={t('offers.distribution')}
          description={t('offers.distributionHelp')}
          isChecked={draft.distribution}
          onChange={(_, on) => set('distribution', on)}
        />
        {url && !draft.distribution && (
          <Alert component="p" isInline variant="warning" title={t('offers.distributionHelp')} />
        )}
      </Changeable>
      <FormEnd pending={saving.isPending} changeable={may} onLeave={() => navigate('/offers')} />
    </Form>
  );
}
