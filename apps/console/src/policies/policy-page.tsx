/** Authentication > Policies: Token Policies, Lockout Policies, Emergency Access; each for a security domain. */
import { POLICY_KINDS, type PolicyKind } from '@sower/api/policies';
import { useParams, useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { helped } from '../texts/use-texts.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { PolicyForm } from './policy-form.tsx';

export function Component() {
  const { kind } = useParams();
  const known = POLICY_KINDS.find((name) => name === kind);
  return known === undefined ? <NoSuchPage /> : <PolicyPage key={known} kind={known} />;
}

function PolicyPage({ kind }: { kind: PolicyKind }) {
  const { t } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const policies = useAnswer('listPolicies', { params: { kind } }, { staleTime: 0 });
  return (
    <Screen title={t(`policies.tabs.${kind}`)} intro={t(`policies.intros.${kind}`)}>
      <Loaded query={policies}>
        {({ items }) => {
          const chosen = items.find(({ domain }) => domain === parameters.get('domain')) ?? items[0];
          if (!chosen) return null;
          const origin = (view: (typeof items)[number]): string =>
            view.own
              ? t('policies.own')
              : view.from === undefined
                ? t('policies.usual')
                : t('policies.inherited', { name: view.from });
          return (
            <div className="sower-stack">
              {items.length > 1 && (
                <div className="pf-v6-c-form sower-form">
                  <ChoiceField
                    {...helped(t, 'policies.domain')}
                    value={chosen.domain}
                    onChange={(domain) => setParameters({ domain })}
                    choices={items.map((view) => ({
                      value: view.domain,
                      label: `${view.domainName} – ${origin(view)}`,
                    }))}
                  />
                </div>
              )}
              <PolicyForm key={`${chosen.domain} ${chosen.version}`} view={chosen} />
            </div>
          );
        }}
      </Loaded>
    </Screen>
  );
}
