/** A distribution rule: added or edited. */
import type { Rule, RuleInput } from '@sower/api/distribution-rules';
import type { Profile } from '@sower/api/profiles';
import { useParams } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { CodeFields } from '../../distribute/code-fields.tsx';
import { ProfileChoice } from '../../distribute/profile-choice.tsx';
import { DomainField } from '../../domains/domain-field.tsx';
import { useConsole } from '../../session/use-console.ts';
import { helped } from '../../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../../ui/field.tsx';
import { Form, useFields } from '../../ui/forms/form.tsx';
import { FormEnd } from '../../ui/forms/form-end.tsx';
import { numbersOf, textsOf } from '../../ui/forms/numbers.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useSaved, useSaving } from '../../ui/use-work.ts';
import { useLackingForRule } from './lacking.ts';

export function Component() {
  const { t } = useConsole();
  const { id } = useParams();
  const rules = useAnswer('listRules', {}, { staleTime: 0 });
  const profiles = useAnswer('listProfiles', { query: { limit: 1000 } });
  const rule = rules.data?.items.find((entry) => entry.id === id);
  const name = rule?.name ?? '';
  return (
    <Screen
      title={id === undefined ? t('rules.addTitle') : t('rules.editTitle', { name })}
      trail={[{ label: t('menu.authentication') }, { label: t('rules.title'), to: '/rules' }]}
      intro={t('rules.rights')}
    >
      <Loaded query={rules}>
        {() =>
          id !== undefined && rule === undefined ? (
            <Alert variant="warning" title={t('shell.noPage')} />
          ) : (
            <Loaded query={profiles}>
              {({ items }) => <RuleForm key={rule?.version ?? 0} profiles={items} stored={rule} />}
            </Loaded>
          )
        }
      </Loaded>
    </Screen>
  );
}

const NUMBERS = ['perDay', 'freeAfterDays', 'renewDays'] as const;

/** As typed. */
const draftOf = (stored: Rule | undefined, mints: boolean) => ({
  name: stored?.name ?? '',
  securityDomain: stored?.securityDomain ?? '',
  group: stored?.group ?? '',
  leavers: stored?.leavers ?? ('own' as const),
  profile: stored?.profile ?? '',
  tokens: stored?.tokens ?? (mints ? ('mint' as const) : ('stock' as const)),
  binding: stored?.binding ?? ('class' as const),
  mail: stored?.mail ?? '',
  codeKind: stored?.activationCode?.kind ?? ('digits' as const),
  ...textsOf(stored ?? { perDay: 100, freeAfterDays: 30, renewDays: 30 }, NUMBERS),
});

function RuleForm({ stored, profiles }: { stored: Rule | undefined; profiles: readonly Profile[] }) {
  const { t, api, can } = useConsole();
  const saved = useSaved();
  const { values, field } = useFields(() => draftOf(stored, can('tokens:mint')));
  const lacking = useLackingForRule()(values);
  const byUrl = profiles.find(({ id }) => id === values.profile)?.delivery === 'url';
  const saving = useSaving({
    mutationFn: () => {
      const { mail, codeKind, securityDomain, group, ...rest } = values;
      const body: RuleInput = {
        ...rest,
        ...(securityDomain === '' ? {} : { securityDomain }),
        ...(mail === '' ? {} : { mail: mail as NonNullable<RuleInput['mail']> }),
        ...(group.trim() === '' ? {} : { group: group.trim() }),
        ...(byUrl ? { activationCode: { kind: codeKind } } : {}),
        ...numbersOf(values, NUMBERS),
        enabled: stored?.enabled ?? false,
      };
      return stored
        ? api('editRule', { params: { id: stored.id }, body, ifMatch: stored.version })
        : api('addRule', { body });
    },
    onSuccess: ({ name }) => saved(t('rules.saved', { name }), '/rules', ['distribution-rules']),
  });
  const { error } = saving;
  return (
    <Form onSubmit={() => saving.mutate()} error={error}>
      <TextField label={t('rules.name')} required {...field('name')} />
      <DomainField byName {...field('securityDomain')} />
      <TextField {...helped(t, 'distributeMany.group')} {...field('group')} />
      <ProfileChoice label={t('rules.profile')} profiles={profiles} {...field('profile')} />
      {byUrl && (
        <ChoiceField
          label={t('rules.mail')}
          placeholder={t('rules.mailPlaceholder')}
          choices={inWords(['separate', 'encrypted'], (way) => t(`distributeMany.mailHow.${way}`))}
          {...field('mail')}
        />
      )}
      {byUrl && <CodeFields kind={field('codeKind')} error={error} />}
      <ChoiceField
        {...helped(t, 'rules.tokens')}
        choices={(['mint', 'stock'] as const).map((source) => ({
          value: source,
          label: t(`distributeMany.tokensHow.${source}`),
          disabled: source === 'mint' && !can('tokens:mint'),
        }))}
        {...field('tokens')}
      />
      <ChoiceField
        label={t('distributeMany.binding')}
        choices={inWords(['class', 'any'], (kind) => t(`binding.${kind}`))}
        {...field('binding')}
      />
      <TextField {...helped(t, 'rules.perDay')} type="number" {...field('perDay')} />
      <TextField {...helped(t, 'rules.freeAfterDays')} type="number" {...field('freeAfterDays')} />
      <ChoiceField
        label={t('rules.leaversOf')}
        choices={inWords(['own', 'all'], (whose) => t(`rules.leaversHow.${whose}`))}
        {...field('leavers')}
      />
      <TextField {...helped(t, 'rules.renewDays')} type="number" {...field('renewDays')} />
      {lacking !== undefined && <Alert variant="info" title={lacking} />}
      <FormEnd pending={saving.isPending} changeable={lacking === undefined} back="/rules" />
    </Form>
  );
}
