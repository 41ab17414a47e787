/** One page: breadcrumbs, title, actions, content. Sets the document title and, after navigation, the focus. */
import { Breadcrumb, BreadcrumbItem, Content, PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, use, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { useTexts } from '../texts/use-texts.ts';
import { type Crumb, PageTitleContext, TrailContext } from './frame/trail.ts';
import { Link } from './link.tsx';
import { Stack } from './titled-card.tsx';

export function Screen({
  title,
  crumb,
  trail: own,
  within,
  intro,
  actions,
  stacked = false,
  children,
}: {
  title: string;
  /** The last breadcrumb if it differs from the title: the menu's word. */
  crumb?: string;
  /** The breadcrumbs before that; undefined: as the menu leads there. */
  trail?: readonly Crumb[];
  /** One more of them: what this is a page of. */
  within?: Crumb;
  intro?: ReactNode;
  actions?: ReactNode;
  /** What is on it is a stack. */
  stacked?: boolean;
  children: ReactNode;
}) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, key } = useLocation();
  const byMenu = use(TrailContext)(pathname);
  const trail = own ?? [...byMenu.before, ...(within ? [within] : [])];
  useEffect(() => {
    document.title = t('shell.documentTitle', { title });
  }, [t, title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when the page changes, not when its title does
  useEffect(() => {
    if (key !== 'default') heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <>
      <PageSection hasBodyWrapper={false} className="sower-heading">
        {trail.length > 0 && (
          <Breadcrumb aria-label={t('shell.breadcrumbs')}>
            {trail.map((crumb) => (
              <BreadcrumbItem key={crumb.label}>
                {crumb.to === undefined ? crumb.label : <Link to={crumb.to}>{crumb.label}</Link>}
              </BreadcrumbItem>
            ))}
            <BreadcrumbItem isActive>{crumb ?? byMenu.here ?? title}</BreadcrumbItem>
          </Breadcrumb>
        )}
        <div className="sower-heading-row">
          <Title headingLevel="h1" ref={heading} tabIndex={-1} className="sower-title">
            {title}
          </Title>
          {actions !== undefined && <div className="sower-heading-actions">{actions}</div>}
        </div>
        {intro !== undefined && (
          <Content component="p" className="sower-intro">
            {intro}
          </Content>
        )}
      </PageSection>
      <PageSection hasBodyWrapper={false} className="sower-body">
        <PageTitleContext value={title}>{stacked ? <Stack>{children}</Stack> : children}</PageTitleContext>
      </PageSection>
    </>
  );
}
