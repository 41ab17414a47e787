/** Whom a rule would reach now; before it is switched on, this is what is confirmed. */
import type { Rule, RulePreview } from '@sower/api/distribution-rules';
import { useAnswer } from '../../api/use-answer.ts';
import { holderOf } from '../../api/user-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useSaving } from '../../ui/use-work.ts';

export function RulePreviewDialog({
  rule,
  onSwitch,
  onClose,
}: {
  rule: Rule;
  /** Absent: it is only looked at. */
  onSwitch?: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useConsole();
  const preview = useAnswer('previewRule', { params: { id: rule.id } }, { staleTime: 0 });
  const title = t(onSwitch ? 'rules.onTitle' : 'rules.previewTitle', { name: rule.name });
  const switching = useSaving({ mutationFn: async () => onSwitch?.() }, title);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      leave={onSwitch ? 'cancel' : 'close'}
      buttons={
        onSwitch && (
          <Button
            onClick={() => switching.mutate(undefined, { onSuccess: onClose })}
            pending={switching.isPending}
            isDisabled={!preview.isSuccess}
          >
            {t('rules.switchOn')}
          </Button>
        )
      }
    >
      <ProblemAlert error={switching.error} />
      <Loaded query={preview}>
        {(found) => (
          <>
            <p>{t('rules.leftToday', { count: found.leftToday })}</p>
            <Affected label={t('rules.joiners', { count: found.joiners.count })} users={found.joiners} />
            {found.givenUp.count > 0 && (
              <Affected label={t('rules.givenUp', { count: found.givenUp.count })} users={found.givenUp} />
            )}
            <Affected label={t('rules.leavers', { count: found.leavers.count })} users={found.leavers} />
            <Affected label={t('rules.expiring', { count: found.expiring.count })} users={found.expiring} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Affected({
  label,
  users: { count, users, names },
}: {
  label: string;
  users: RulePreview['joiners'];
}) {
  const t = useTexts();
  return (
    <div>
      <p>{label}</p>
      {users.length > 0 && (
        <ul>
          {users.map((userId, at) => (
            <li key={userId}>{holderOf({ userId, userName: names[at] })}</li>
          ))}
          {count > users.length && <li>{t('rules.andMore', { count: count - users.length })}</li>}
        </ul>
      )}
    </div>
  );
}
