/** The frame of the small windows over My Authenticators. */

import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { Button } from '../ui/patternfly.tsx';
import { useTexts } from './use-texts.ts';

export function Box({
  title,
  danger = false,
  buttons,
  onClose,
  children,
}: {
  title: string;
  danger?: boolean;
  buttons: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog title={title} danger={danger} buttons={buttons} onClose={onClose}>
      <div className="sower-stack">{children}</div>
    </Dialog>
  );
}

/** The button that leaves it. */
export function useClose(onClose: () => void, label: 'close' | 'cancel') {
  const t = useTexts();
  return (
    <Button variant="link" onClick={onClose}>
      {t(`ui.${label}`)}
    </Button>
  );
}
