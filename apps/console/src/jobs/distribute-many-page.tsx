/** Recipients and settings. The resulting job checks everyone, and waits on its own page to be started. */
import { ActionGroup, Checkbox, Form } from '@patternfly/react-core';
import { type DistributeManyInput, tokenSources } from '@sower/api/jobs';
import type { Profile } from '@sower/api/profiles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
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

type Mail = 'none' | 'separate' | 'encrypted';

function ManyForm({ profiles }: { profiles: readonly Profile[] }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const [parameters] = useSearchParams();
  const chosen = chosenIn(parameters);
  const [name, setName] = useState('');
  const [who, setWho] = useState<Who>({ how: chosen === undefined ? 'file' : 'chosen' });
  const [profileId, setProfileId] = useState('');
  const [tokens, setTokens] = useState<(typeof tokenSources)[number]>('held');
  const [binding, setBinding] = useState<'class' | 'any' | 'file'>('class');
  const [nickname, setNickname] = useState('');
  const [expiry, setExpiry] = useState('');
  const [mail, setMail] = useState<Mail>('none');
  const [served, setServed] = useState(chosen !== undefined && 'notActivatedOf' in chosen);
  const profile = profiles.find(({ id }) => id === profileId);
  const choose = choiceOf(who, chosen);
  const making = useMutation({
    mutationFn: (choice: DistributeManyInput['choose']) =>
      api('distributeMany', {
        body: {
          name: name.trim(),
          choose: choice,
          profile: profileId,
          tokens: who.how === 'chosen' ? 'held' : tokens,
          binding: binding === 'file' && who.how !== 'file' ? 'class' : binding,
          nickname,
          again: served,
          ...(expiry === '' ? {} : { codeExpires: expiry }),
          ...(mail === 'none' || profile?.delivery === 'qr' ? {} : { mail }),
        },
      }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['jobs'] });
      navigate(`/jobs/${id}`);
    },
  });
  const error = (field: string) => fieldProblem(making.error, field);
  const ready = name.trim() !== '' && profile !== undefined && choose !== undefined;
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) making.mutate(choose);
      }}
    >
      <ProblemAlert error={making.error} fields={['name', 'profile', 'nickname', 'codeExpires']} />
      <TextField
        id="job-name"
        label={t('distributeMany.name')}
        help={t('distributeMany.nameHelp')}
        required
        value={name}
        onChange={setName}
        error={error('name')}
      />
      <WhoFields who={who} onWho={setWho} chosen={chosen} />
      <ChoiceField
        id="job-profile"
        label={t('distribute.profile')}
        required
        value={profileId}
        placeholder={t('distribute.profilePlaceholder')}
        onChange={setProfileId}
        choices={profiles.map((entry) => ({
          value: entry.id,
          label: `${entry.name} – ${entry.deliveryLabel}`,
        }))}
        error={error('profile')}
      />
      {who.how !== 'chosen' && (
        <ChoiceField
          id="job-tokens"
          label={t('distributeMany.tokens')}
          value={tokens}
          onChange={(next) => setTokens(next as typeof tokens)}
          choices={tokenSources.map((source) => ({
            value: source,
            label: t(`distributeMany.tokensHow.${source}`),
            disabled:
              (source !== 'held' && !can('tokens:assign')) || (source === 'mint' && !can('tokens:mint')),
          }))}
          error={error('tokens')}
        />
      )}
      <ChoiceField
        id="job-binding"
        label={t('distributeMany.binding')}
        value={binding}
        onChange={(next) => setBinding(next as typeof binding)}
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
        value={nickname}
        onChange={setNickname}
        error={error('nickname')}
      />
      {profile && (
        <ExpiryField
          value={expiry}
          onChange={setExpiry}
          asProfile={profile.codeExpiry}
          error={error('codeExpires')}
        />
      )}
      {profile?.delivery === 'url' && (
        <ChoiceField
          id="job-mail"
          label={t('distributeMany.mail')}
          value={mail}
          onChange={(next) => setMail(next as Mail)}
          choices={(['none', 'separate', 'encrypted'] as const).map((way) => ({
            value: way,
            label: t(`distributeMany.mailHow.${way}`),
          }))}
          error={error('mail')}
        />
      )}
      <Checkbox
        id="job-served"
        label={t('distributeMany.served')}
        isChecked={served}
        onChange={(_, next) => setServed(next)}
      />
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
