/** Authentication > Distribution Rules. */
import { Label } from '@patternfly/react-core';
import { inputOfRule, type Rule } from '@sower/api/distribution-rules';
import { useNavigate } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useActorWords } from '../../api/user-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { lastEntry } from '../../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../../ui/link.tsx';
import { Listing } from '../../ui/lists/listing.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useLackingForRule } from './lacking.ts';
import { RulePreviewDialog } from './rule-preview-dialog.tsx';

export function Component() {
  const { t, api, count, done } = useConsole();
  const actorWords = useActorWords();
  const navigate = useNavigate();
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
  const [preview, previewing] = useWindow<Rule>((rule, onClose) => (
    <RulePreviewDialog rule={rule} onClose={onClose} />
  ));
  const [switchOn, switchingOn] = useWindow<Rule>((rule, onClose) => (
    <RulePreviewDialog rule={rule} onSwitch={() => switchTo(rule, true)} onClose={onClose} />
  ));
  const [switchOff, switchingOff] = useQuestion<Rule>((rule) => ({
    title: t('rules.offTitle', { name: rule.name }),
    action: t('rules.switchOff'),
    body: t('rules.stays'),
    danger: false,
    onConfirm: () => switchTo(rule, false),
  }));
  const [remove, removing] = useQuestion<Rule>(({ id, name }) => ({
    title: t('rules.deleteTitle', { name }),
    action: t('rules.delete'),
    body: t('rules.stays'),
    onConfirm: () => api('deleteRule', { params: { id } }),
    said: t('rules.deleted', { name }),
    changes: ['distribution-rules'],
  }));
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
            { label: t('rules.preview'), onSelect: () => preview(rule) },
            { label: t('rules.edit'), onSelect: () => navigate(`/rules/${rule.id}`) },
            rule.enabled
              ? { label: t('rules.switchOff'), onSelect: () => switchOff(rule) }
              : { label: t('rules.switchOn'), refused: lacking(rule), onSelect: () => switchOn(rule) },
            lastEntry(t('rules.delete'), () => remove(rule)),
          ],
        })}
      />
      {previewing}
      {switchingOn}
      {switchingOff}
      {removing}
    </Screen>
  );
}
