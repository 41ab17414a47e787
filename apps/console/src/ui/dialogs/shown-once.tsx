/**
 * What is shown only now, on a page or in a window: the warning, then the values, and only then what else there is to say, so that on a
 * screen of 900 pixels no one has to scroll for them.
 */
import type { ComponentProps, ReactNode } from 'react';
import { CopyField } from '../copy-field.tsx';
import { Alert } from '../patternfly.tsx';

type OnceValue = ComponentProps<typeof CopyField>;

export function OnceValues({
  warning,
  values,
  children,
}: {
  warning: string;
  /** What is gone afterwards first. */
  values: readonly OnceValue[];
  /** Below the values. */
  children?: ReactNode;
}) {
  return (
    <div className="sower-stack sower-once">
      <Alert variant="warning" title={warning} role="status" />
      {values.map((value) => (
        <CopyField key={value.label} {...value} />
      ))}
      {children}
    </div>
  );
}
