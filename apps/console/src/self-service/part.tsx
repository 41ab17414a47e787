/** One page of self-service: its heading, which takes the focus, and what is below; and what is announced on it. */
import { PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Alert, Button } from '../ui/patternfly.tsx';
import { useTexts } from './use-person.ts';

export function Part({ title, above, children }: { title: string; above?: ReactNode; children: ReactNode }) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('documentTitle', { title });
  }, [t, title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <PageSection hasBodyWrapper={false} className="sower-part">
      <div className="sower-stack">
        {above}
        <Title headingLevel="h1" ref={heading} tabIndex={-1} className="sower-title">
          {title}
        </Title>
        {children}
      </div>
    </PageSection>
  );
}

/** Sends the form that it is at the end of. @param work that it does */
export function Submit({ work, children }: { work: { readonly isPending: boolean }; children: string }) {
  return (
    <div>
      <Button type="submit" pending={work.isPending}>
        {children}
      </Button>
    </div>
  );
}

/** One sentence in a box, read out when it appears. */
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
