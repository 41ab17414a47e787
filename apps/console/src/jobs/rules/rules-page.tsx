/** Authentication > Distribution Rules. */
import { Label } from '@patternfly/react-core';
import { inputOfRule, type Rule } from '@sower/api/distribution-rules';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useActorWords } from '../../api/user-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { lastEntry } from '../../ui/action-menu.tsx';
import { ConfirmDialog } from '../../ui/dialogs/small-dialogs.tsx';
import { Listing } from '../../ui/lists/listing.tsx';
import { LinkButton } from '../../ui/patternfly.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useLackingForRule } from './lacking.ts';
import { RulePreviewDialog } from './rule-preview-dialog.tsx';

type Asked = { readonly rule: Rule; readonly what: 'preview' | 'on' | 'off' | 'delete' };

export function Component() {
  const { t, api, count, done } = useConsole();
  const actorWords = useActorWords();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const rules = useAnswer('listRules', {});
  const lacking = useLackingForRule();
  const add = lacking({ tokens: 'stock' }) === undefined && (
    <LinkButton to="/rules/new" variant="primary">
      {t('rules.add')}
    </LinkButton>
  );
  const switchTo = async (rule: Rule, enabled: boolean): Promise<void> => {
    const { id, version } = rule;
    await api('editRule', { params: { id }, body: { ...inputOfRule(rule), enabled }, ifMatch: version });
    await done(t(enabled ? 'rules.isOn' : 'rules.isOff', { name: rule.name }), ['distribution-rules']);
  };
  return (
    <Screen
      title={t('rules.title')}
      trail={[{ label: t('menu.authentication') }]}
      intro={t('rules.intro')}
      actions={add}
    >
      <Listing
        query={rules}
        none={{ title: t('rules.none'), body: t('rules.noneBody'), action: add }}
        columns={[
          [t('rules.name'), (rule) => <Link to={`/rules/${rule.id}`}>{rule.name}</Link>],
          [
            t('rules.domain'),
            (rule) => (
              <>
                {rule.securityDomain}
                {rule.group !== undefined && <div>{rule.group}</div>}
              </>
            ),
          ],
          [t('rules.profile'), (rule) => rule.profileName],
          { label: t('rules.perDay'), cell: (rule) => count(rule.perDay) },
          [t('rules.madeBy'), (rule) => actorWords(rule.madeBy)],
          {
            label: t('rules.state'),
            cell: (rule) => (
              <>
                <Label color={rule.enabled ? 'green' : 'grey'}>
                  {t(rule.enabled ? 'rules.on' : 'rules.off')}
                </Label>
                {rule.detail !== undefined && <div>{rule.detail}</div>}
              </>
            ),
          },
        ]}
        menu={(rule) => ({
          label: t('rules.menuOf', { name: rule.name }),
          entries: [
            { label: t('rules.preview'), onSelect: () => setAsked({ rule, what: 'preview' }) },
            { label: t('rules.edit'), onSelect: () => navigate(`/rules/${rule.id}`) },
            rule.enabled
              ? { label: t('rules.switchOff'), onSelect: () => setAsked({ rule, what: 'off' }) }
              : {
                  label: t('rules.switchOn'),
                  refused: lacking(rule),
                  onSelect: () => setAsked({ rule, what: 'on' }),
                },
            lastEntry(t('rules.delete'), () => setAsked({ rule, what: 'delete' })),
          ],
        })}
      />
      {(asked?.what === 'preview' || asked?.what === 'on') && (
        <RulePreviewDialog
          rule={asked.rule}
          onClose={close}
          {...(asked.what === 'on' ? { onSwitch: () => switchTo(asked.rule, true) } : {})}
        />
      )}
      {(asked?.what === 'off' || asked?.what === 'delete') && (
        <ConfirmDialog
          title={t(asked.what === 'off' ? 'rules.offTitle' : 'rules.deleteTitle', { name: asked.rule.name })}
          action={t(asked.what === 'off' ? 'rules.switchOff' : 'rules.delete')}
          body={t('rules.stays')}
          danger={asked.what === 'delete'}
          onClose={close}
          onConfirm={async () => {
            if (asked.what === 'off') return switchTo(asked.rule, false);
            await api('deleteRule', { params: { id: asked.rule.id } });
            return done(t('rules.deleted', { name: asked.rule.name }), ['distribution-rules']);
          }}
        />
      )}
    </Screen>
  );
}
