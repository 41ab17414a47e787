/** Recipients and settings. The resulting job checks everyone, and waits on its own page to be started. */
import { ActionGroup, Checkbox, Form } from '@patternfly/react-core';
import { type DistributeManyInput, tokenSources } from '@sower/api/jobs';
import type { Profile } from '@sower/api/profiles';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { CodeFields } from '../distribute/code-fields.tsx';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { useSaving } from '../ui/forms/use-saving.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useRefresh } from '../ui/use-done.ts';
import { useOnward } from '../ui/use-onward.ts';
import { chosenIn } from './chosen-tokens.ts';
import { choiceOf, type Who, WhoFields } from './who-fields.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const profiles = useQuery({
    queryKey: ['profiles', 'all'],
    queryFn: () => api('listProfiles', { query: { limit: 1000 } }),
  });
  return (
    <Screen
      title={t('distributeMany.title')}
      crumb={t('distributeMany.menu')}
      trail={[{ label: t('menu.authentication') }, { label: t('menu.tokens'), to: '/tokens' }]}
      intro={t('distributeMany.intro')}
    >
      <Loaded query={profiles}>{({ items }) => <ManyForm profiles={items} />}</Loaded>
    </Screen>
  );
}

type Draft = {
  name: string;
  profile: string;
  tokens: (typeof tokenSources)[number];
  binding: 'class' | 'any' | 'file';
  nickname: string;
  codeKind: 'digits' | 'long';
  /** Empty: as the profile says. */
  codeExpires: string;
  /** Of minted tokens; empty: as the setting says. */
  expiresOn: string;
  mail: 'none' | 'separate' | 'encrypted';
  again: boolean;
};

function ManyForm({ profiles }: { profiles: readonly Profile[] }) {
  const t = useTexts();
  const api = useApi();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const onward = useOnward();
  const { can } = useSession();
  const [parameters] = useSearchParams();
  const chosen = chosenIn(parameters);
  const [who, setWho] = useState<Who>({ how: chosen === undefined ? 'file' : 'chosen' });
  const { values, field, flag } = useFields<Draft>({
    name: '',
    profile: '',
    tokens: 'held',
    binding: 'class',
    nickname: '',
    codeKind: 'digits',
    codeExpires: '',
    expiresOn: '',
    mail: 'none',
    again: chosen !== undefined && 'notActivatedOf' in chosen,
  });
  const profile = profiles.find(({ id }) => id === values.profile);
  const choose = choiceOf(who, chosen);
  const making = useSaving({
    mutationFn: (choice: DistributeManyInput['choose']) => {
      const { name, tokens, binding, codeKind, codeExpires, expiresOn, mail, ...others } = values;
      return api('distributeMany', {
        body: {
          ...others,
          name: name.trim(),
          choose: choice,
          tokens: who.how === 'chosen' ? 'held' : tokens,
          binding: binding === 'file' && who.how !== 'file' ? 'class' : binding,
          ...(codeExpires === '' ? {} : { codeExpires }),
          ...(tokens === 'mint' && who.how !== 'chosen' && expiresOn !== '' ? { expiresOn } : {}),
          ...(profile?.delivery === 'url' ? { activationCode: { kind: codeKind } } : {}),
          ...(mail === 'none' || profile?.delivery === 'qr' ? {} : { mail }),
        },
      });
    },
    onSuccess: async ({ id }) => {
      await refresh(['jobs']);
      onward(`/jobs/${id}`);
    },
  });
  const { error } = making;
  const ready = values.name.trim() !== '' && profile !== undefined && choose !== undefined;
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) making.mutate(choose);
      }}
    >
      <ProblemAlert
        error={error}
        fields={[
          'name',
          'profile',
          'nickname',
          'activationCode',
          'codeExpires',
          'choose.users.group',
          'expiresOn',
        ]}
      />
      <TextField
        id="job-name"
        label={t('distributeMany.name')}
        help={t('distributeMany.nameHelp')}
        required
        {...field('name', error)}
      />
      <WhoFields who={who} onWho={setWho} chosen={chosen} error={error} />
      <ChoiceField
        id="job-profile"
        label={t('distribute.profile')}
        required
        {...field('profile', error)}
        placeholder={t('distribute.profilePlaceholder')}
        choices={profiles.map((entry) => ({
          value: entry.id,
          label: `${entry.name} – ${t(`delivery.${entry.delivery}`)}`,
        }))}
      />
      {who.how !== 'chosen' && (
        <ChoiceField
          id="job-tokens"
          label={t('distributeMany.tokens')}
          {...field('tokens', error)}
          choices={tokenSources.map((source) => ({
            value: source,
            label: t(`distributeMany.tokensHow.${source}`),
            disabled:
              (source !== 'held' && !can('tokens:assign')) || (source === 'mint' && !can('tokens:mint')),
          }))}
        />
      )}
      {who.how !== 'chosen' && values.tokens === 'mint' && (
        <TextField
          id="job-expires"
          label={t('mint.expiresOn')}
          help={t('mint.expiresOnHelp')}
          type="date"
          {...field('expiresOn', error)}
        />
      )}
      <ChoiceField
        id="job-binding"
        label={t('distributeMany.binding')}
        {...field('binding', error)}
        choices={[
          { value: 'class', label: t('binding.class') },
          { value: 'any', label: t('binding.any') },
          { value: 'file', label: t('distributeMany.bindingFile'), disabled: who.how !== 'file' },
        ]}
      />
      <TextField
        id="job-nickname"
        label={t('distributeMany.nickname')}
        help={t('distributeMany.nicknameHelp')}
        {...field('nickname', error)}
      />
      {profile?.delivery === 'url' && <CodeFields kind={field('codeKind')} error={error} />}
      {profile && <ExpiryField {...field('codeExpires', error)} asProfile={profile.codeExpiry} />}
      {profile?.delivery === 'url' && (
        <ChoiceField
          id="job-mail"
          label={t('distributeMany.mail')}
          {...field('mail', error)}
          choices={(['none', 'separate', 'encrypted'] as const).map((way) => ({
            value: way,
            label: t(`distributeMany.mailHow.${way}`),
          }))}
        />
      )}
      <Checkbox id="job-served" label={t('distributeMany.served')} {...flag('again')} />
      <ActionGroup>
        <Button type="submit" isLoading={making.isPending} isDisabled={!ready || making.isPending}>
          {t('distributeMany.check')}
        </Button>
        <Button variant="link" onClick={() => navigate('/jobs')}>
          {t('ui.cancel')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
