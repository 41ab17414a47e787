/** Security domains by groups and subtrees of a directory: the first rule that fits decides. */
import { FormGroup } from '@patternfly/react-core';
import type { SourcePlacement } from '@sower/api/identity-sources';
import { DomainField } from '../../domains/domain-field.tsx';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField, TextField } from '../../ui/field.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { Group } from './connection-fields.tsx';
import { rulesOf } from './source-draft.ts';
import type { SourceFields } from './source-fields.ts';

type Rule = SourcePlacement['rules'][number];

const MAX_RULES = 100;

export function PlacementFields({ fields: { values, set } }: { fields: SourceFields }) {
  const t = useTexts();
  const rules = rulesOf(values);
  const put = (next: readonly Rule[]): void => set({ rules: JSON.stringify(next) });
  const change = (at: number, part: Partial<Rule>): void =>
    put(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)));
  return (
    <Group id="source-placement" title={t('sources.rules')}>
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
            choices={(['group', 'subtree'] as const).map((value) => ({
              value,
              label: t(`sources.ruleKinds.${value}`),
            }))}
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
      {rules.length < MAX_RULES && (
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
    </Group>
  );
}
