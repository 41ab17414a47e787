/** Beside an activation code that is shown only now: asks before the page is left. */
import { asking, useTexts } from '../texts/use-texts.ts';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { useLeaveGuard } from '../ui/dialogs/use-leave-guard.ts';

export function CodeGuard({ serial }: { serial: string }) {
  const t = useTexts();
  const guard = useLeaveGuard(() => true);
  return guard.asking ? (
    <ConfirmDialog
      {...asking(t, 'result.leave', { serial })}
      onClose={guard.stay}
      onConfirm={async () => guard.leave()}
    />
  ) : null;
}
