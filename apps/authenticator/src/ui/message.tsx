/** A sentence that matters, and what to do. Problems are read out at once. */
import type { ReactNode } from 'react';

export function Message(props: {
  kind: 'info' | 'warning' | 'danger' | 'success';
  title?: string;
  text: string;
  next?: string | undefined;
  children?: ReactNode;
}) {
  const { kind, title, text, next, children } = props;
  return (
    <div className={`message ${kind}`} role={kind === 'danger' ? 'alert' : 'status'}>
      {title && <h2>{title}</h2>}
      <p>{text}</p>
      {next && <p>{next}</p>}
      {children}
    </div>
  );
}
