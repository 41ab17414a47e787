/** Groups of a directory whose members are kept, and the roles of administrators that they give. */
import { FormGroup } from '@patternfly/react-core';
import {
  MAX_PLACEMENT_RULES,
  MAX_SOURCE_GROUPS,
  type SourceGroups,
  type SourcePlacement,
} from '@sower/api/identity-sources';
import { useAnswer } from '../../api/use-answer.ts';
import { DomainField } from '../../domains/domain-field.tsx';
import { useConsole } from '../../session/use-console.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../../ui/field.tsx';
import { FieldGroup } from '../../ui/forms/form-end.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { groupsOf, rulesOf } from './source-draft.ts';
import type { SourceFields } from './source-fields.tsx';

type One = SourceGroups[number];
type Role = One['roles'][number];

const replaced = <T,>(list: readonly T[], at: number, part: Partial<T>): T[] =>
  list.map((one, index) => (index === at ? { ...one, ...part } : one));
const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at);

export function GroupFields({ fields: { values, set } }: { fields: SourceFields }) {
  const t = useTexts();
  const groups = groupsOf(values);
  const put = (next: readonly One[]): void => set({ groups: JSON.stringify(next) });
  return (
    <FieldGroup id="source-groups" title={t('sources.groups')}>
      <p>{t('sources.groupsHelp')}</p>
      {groups.map(({ name, roles }, index) => (
        <FormGroup
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is
          key={index}
          role="group"
          fieldId={`group-${index}`}
          label={t('sources.groupNumber', { number: index + 1 })}
          className="sower-stack"
          data-group={index}
        >
          <TextField
            id={`group-${index}-name`}
            label={t('sources.ruleName')}
            mono
            required
            value={name}
            onChange={(next) => put(replaced(groups, index, { name: next }))}
            path={`groups.${index}.name`}
          />
          <GroupRoles
            group={index}
            roles={roles}
            usual={values.securityDomain}
            onChange={(next) => put(replaced(groups, index, { roles: next }))}
          />
          <div>
            <Button variant="link" isInline onClick={() => put(without(groups, index))}>
              {t('sources.groupRemove', { number: index + 1 })}
            </Button>
          </div>
        </FormGroup>
      ))}
      {groups.length < MAX_SOURCE_GROUPS && (
        <div>
          <Button variant="secondary" onClick={() => put([...groups, { name: '', roles: [] }])}>
            {t('sources.groupAdd')}
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}

function GroupRoles({
  group,
  roles,
  usual,
  onChange,
}: {
  group: number;
  roles: readonly Role[];
  usual: string;
  onChange: (roles: Role[]) => void;
}) {
  const { t, can } = useConsole();
  const may = can('administrators:edit');
  const known = useAnswer('listRoles', {}, { enabled: may });
  const names = [
    ...new Set(
      [...(known.data?.items ?? []), ...roles.map(({ role }) => ({ name: role }))].map(({ name }) => name),
    ),
  ];
  return (
    <>
      {roles.map(({ role, securityDomain = '' }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is
        <div key={index} className="sower-filters">
          <ChoiceField
            id={`group-${group}-role-${index}`}
            label={t('administrators.role')}
            required
            placeholder="–"
            value={role}
            onChange={(next) => onChange(replaced(roles, index, { role: next }))}
            choices={names.filter((name) => name !== '').map((value) => ({ value, label: value }))}
            path={`groups.${group}.roles.${index}.role`}
          />
          <DomainField
            byName
            value={securityDomain}
            onChange={(next) => onChange(replaced(roles, index, { securityDomain: next }))}
            path={`groups.${group}.roles.${index}.securityDomain`}
          />
          <Button variant="link" isInline onClick={() => onChange(without(roles, index))}>
            {t('sources.groupRoleRemove', { number: index + 1 })}
          </Button>
        </div>
      ))}
      {may && (
        <div>
          <Button
            variant="link"
            isInline
            onClick={() =>
              onChange([...roles, { role: '', ...(usual === '' ? {} : { securityDomain: usual }) }])
            }
          >
            {t('sources.groupRoleAdd')}
          </Button>
        </div>
      )}
    </>
  );
}

type Rule = SourcePlacement['rules'][number];

/** Security domains by groups and subtrees of a directory: the first rule that fits decides. */
export function PlacementFields({ fields: { values, set } }: { fields: SourceFields }) {
  const t = useTexts();
  const rules = rulesOf(values);
  const put = (next: readonly Rule[]): void => set({ rules: JSON.stringify(next) });
  const change = (at: number, part: Partial<Rule>): void =>
    put(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)));
  return (
    <FieldGroup id="source-placement" title={t('sources.rules')}>
      <p>{t('sources.rulesHelp')}</p>
      {rules.map((rule, index) => (
        <FormGroup
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name of its own, its place is what it is
          key={index}
          role="group"
          fieldId={`rule-${index}`}
          label={t('sources.rule', { number: index + 1 })}
          className="sower-stack"
          data-rule={index}
        >
          <ChoiceField
            id={`rule-${index}-kind`}
            label={t('sources.ruleKind')}
            value={rule.kind}
            onChange={(kind) => change(index, { kind: kind === 'group' ? 'group' : 'subtree' })}
            choices={inWords(['group', 'subtree'], (value) => t(`sources.ruleKinds.${value}`))}
          />
          <TextField
            id={`rule-${index}-name`}
            label={t('sources.ruleName')}
            mono
            required
            value={rule.name}
            onChange={(name) => change(index, { name })}
            path={`placement.rules.${index}.name`}
          />
          <DomainField
            byName
            value={rule.securityDomain}
            onChange={(securityDomain) => change(index, { securityDomain })}
            path={`placement.rules.${index}.securityDomain`}
          />
          <div>
            <Button variant="link" isInline onClick={() => put(rules.filter((_, at) => at !== index))}>
              {t('sources.ruleRemove', { number: index + 1 })}
            </Button>
          </div>
        </FormGroup>
      ))}
      {rules.length < MAX_PLACEMENT_RULES && (
        <div>
          <Button
            variant="secondary"
            onClick={() =>
              put([...rules, { kind: 'group', name: '', securityDomain: values.securityDomain }])
            }
          >
            {t('sources.ruleAdd')}
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}
