/** One sentence in a box, read out when it appears. */
import type { ReactNode } from 'react';
import { Alert } from '../ui/patternfly.tsx';

export function Announcement({
  variant,
  title,
  action,
  children,
}: {
  variant: 'danger' | 'warning' | 'info' | 'success';
  title?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Alert
      component={title === undefined ? 'p' : 'h3'}
      variant={variant}
      title={title ?? children}
      role={variant === 'danger' || variant === 'warning' ? 'alert' : 'status'}
    >
      {title !== undefined && <p>{children}</p>}
      {action !== undefined && <div className="sower-announcement-action">{action}</div>}
    </Alert>
  );
}
