/** Recipients and settings. The resulting job checks everyone, and waits on its own page to be started. */
import { Checkbox } from '@patternfly/react-core';
import { type DistributeManyInput, tokenSources } from '@sower/api/jobs';
import type { Profile } from '@sower/api/profiles';
import { type ReplacedFate, replacedFates } from '@sower/api/tokens';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { CodeFields } from '../distribute/code-fields.tsx';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { ProfileChoice } from '../distribute/profile-choice.tsx';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { chosenIn } from './chosen-tokens.ts';
import { useNewJob } from './use-new-job.ts';
import { choiceOf, type Who, WhoFields } from './who-fields.tsx';

export function Component() {
  const { t } = useConsole();
  const profiles = useAnswer('listProfiles', { query: { limit: 1000 } });
  return (
    <Screen
      title={t('distributeMany.title')}
      crumb={t('distributeMany.menu')}
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
  /** Of a file: it lists tokens that are replaced. Chosen tokens are, unless they are distributed themselves. */
  replaceFile: boolean;
  keepPin: boolean;
  afterwards: ReplacedFate;
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
  const { t, api, can } = useConsole();
  const [parameters] = useSearchParams();
  const chosen = chosenIn(parameters);
  const [who, setWho] = useState<Who>({ how: chosen === undefined ? 'file' : 'chosen' });
  const { values, field, flag } = useFields<Draft>({
    name: '',
    profile: '',
    tokens: 'held',
    replaceFile: false,
    keepPin: true,
    afterwards: 'unassign',
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
  const isChosen = who.how === 'chosen';
  const replaces = values.tokens !== 'held' && (isChosen || (who.how === 'file' && values.replaceFile));
  const name = values.name.trim();
  const send = (choose: DistributeManyInput['choose']) => {
    const { tokens, binding, nickname, codeKind, codeExpires, expiresOn, mail, again } = values;
    const { keepPin, afterwards } = values;
    return api('distributeMany', {
      body: {
        ...{ name, choose },
        profile: values.profile,
        ...{ tokens, nickname, again },
        ...(replaces ? { replace: { keepPin, afterwards } } : {}),
        binding: binding === 'file' && who.how !== 'file' ? 'class' : binding,
        ...(codeExpires === '' ? {} : { codeExpires }),
        ...(tokens === 'mint' && expiresOn !== '' ? { expiresOn } : {}),
        ...(profile?.delivery === 'url' ? { activationCode: { kind: codeKind } } : {}),
        ...(mail === 'none' || profile?.delivery === 'qr' ? {} : { mail }),
      },
    });
  };
  const isReady = name !== '' && profile !== undefined && choose !== undefined;
  const { form, end } = useNewJob(isReady ? () => send(choose) : undefined, '/jobs');
  return (
    <Form {...form}>
      <WhoFields
        name={field('name')}
        nameHelp={t('distributeMany.nameHelp')}
        who={who}
        onWho={setWho}
        chosen={chosen}
      />
      <ProfileChoice
        id="job-profile"
        label={t('distribute.profile')}
        profiles={profiles}
        {...field('profile')}
      />
      <ChoiceField
        id="job-tokens"
        label={t('distributeMany.tokens')}
        {...field('tokens')}
        choices={tokenSources.map((source) => ({
          value: source,
          label: t(`distributeMany.${isChosen ? 'chosenHow' : 'tokensHow'}.${source}`),
          disabled:
            (source !== 'held' && !can('tokens:assign')) || (source === 'mint' && !can('tokens:mint')),
        }))}
      />
      {who.how === 'file' && values.tokens !== 'held' && (
        <Checkbox
          id="job-replace-file"
          label={t('distributeMany.replaceFile')}
          description={t('distributeMany.replaceHelp')}
          {...flag('replaceFile')}
        />
      )}
      {replaces && (
        <ReplaceFields
          keepPin={flag('keepPin')}
          afterwards={field('afterwards')}
          help={isChosen ? t('distributeMany.replaceHelp') : undefined}
        />
      )}
      {values.tokens === 'mint' && (
        <TextField id="job-expires" {...helped(t, 'mint.expiresOn')} type="date" {...field('expiresOn')} />
      )}
      <ChoiceField
        id="job-binding"
        label={t('distributeMany.binding')}
        {...field('binding')}
        choices={[
          { value: 'class', label: t('binding.class') },
          { value: 'any', label: t('binding.any') },
          { value: 'file', label: t('distributeMany.bindingFile'), disabled: who.how !== 'file' },
        ]}
      />
      <TextField id="job-nickname" {...helped(t, 'distributeMany.nickname')} {...field('nickname')} />
      {profile?.delivery === 'url' && <CodeFields kind={field('codeKind')} error={form.error} />}
      {profile && <ExpiryField {...field('codeExpires')} asProfile={profile.codeExpiry} />}
      {profile?.delivery === 'url' && (
        <ChoiceField
          id="job-mail"
          label={t('distributeMany.mail')}
          {...field('mail')}
          choices={inWords(['none', 'separate', 'encrypted'], (way) => t(`distributeMany.mailHow.${way}`))}
        />
      )}
      <Checkbox
        id="job-served"
        label={t(replaces ? 'distributeMany.servedReplaced' : 'distributeMany.served')}
        {...flag('again')}
      />
      <FormEnd {...end} action={t('distributeMany.check')} />
    </Form>
  );
}

/** What becomes of the PINs, and of the tokens that are replaced. */
function ReplaceFields({
  keepPin,
  afterwards,
  help,
}: {
  keepPin: { isChecked: boolean; onChange: (event: unknown, on: boolean) => void };
  afterwards: { value: string; onChange: (value: string) => void };
  help: string | undefined;
}) {
  const { t, can } = useConsole();
  return (
    <>
      <Checkbox
        id="job-keep-pin"
        label={t('distributeMany.keepPin')}
        description={t('tokens.replacePinSays')}
        {...keepPin}
      />
      <ChoiceField
        id="job-replaced"
        label={t('distributeMany.replacedThen')}
        help={help}
        {...afterwards}
        choices={replacedFates.map((fate) => ({
          value: fate,
          label: t(`tokens.replaceThen.${fate}`),
          disabled: fate === 'delete' && !can('tokens:delete'),
        }))}
      />
    </>
  );
}
