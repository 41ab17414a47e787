/** A secret that is shown once: it stays until the person confirms that it is stored. */

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
      <Alert component="p" isInline variant="warning" title={warning} />
      <CopyField label={label} value={value} />
      {children}
    </Dialog>
  );
}
