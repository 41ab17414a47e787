/** The page before there is a session, for both consoles: the brand, a title, and a form. Small on purpose, because it loads first. */
import { Login, LoginMainBody, Title } from '@patternfly/react-core';
import { visible } from '@sower/bytes/printable';
import { type ReactNode, useEffect } from 'react';
import { AppearanceMenu } from './appearance-menu.tsx';
import { Brand, useLook } from './brand.tsx';

export function LogOnFrame({
  documentTitle,
  title,
  body,
  children,
}: {
  documentTitle: string;
  title: string;
  body: string;
  children: ReactNode;
}) {
  const { help } = useLook();
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  return (
    <Login
      header={
        <header className="sower-log-on-brand">
          <Brand />
        </header>
      }
    >
      <header className="pf-v6-c-login__main-header">
        <Title headingLevel="h1" size="3xl">
          {title}
        </Title>
        <p className="pf-v6-c-login__main-header-desc">{body}</p>
      </header>
      <LoginMainBody>
        {children}
        {help.length > 0 && (
          <p className="sower-log-on-help">
            {help.map((line) => (
              <span key={line}>{visible(line)}</span>
            ))}
          </p>
        )}
        <div className="sower-log-on-appearance">
          <AppearanceMenu />
        </div>
      </LoginMainBody>
    </Login>
  );
}
