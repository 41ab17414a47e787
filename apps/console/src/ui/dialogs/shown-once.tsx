/** A secret in its one moment: it stays until the person says that it is kept. */

import type { ReactNode } from 'react';
import { CopyField } from '../copy-field.tsx';
import { Alert, Button } from '../patternfly.tsx';
import { Dialog } from './dialog.tsx';

export function ShownOnce({
  title,
  warning,
  label,
  value,
  kept,
  onKept,
  children,
}: {
  title: string;
  warning: string;
  label: string;
  value: string;
  kept: string;
  onKept: () => void;
  children?: ReactNode;
}) {
  return (
    <Dialog title={title} buttons={<Button onClick={onKept}>{kept}</Button>}>
      <div className="sower-stack">
        <Alert component="p" isInline variant="warning" title={warning} />
        <CopyField label={label} value={value} />
        {children}
      </div>
    </Dialog>
  );
}
