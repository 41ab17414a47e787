/** One page of self-service: its heading, which takes the focus, and what is below. */
import { PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from './use-texts.ts';

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
