/** The masthead and the page below it, for both consoles. */
import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  type MastheadLogoProps,
  MastheadMain,
  MastheadToggle,
  Page,
  SkipToContent,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { AppearanceMenu } from './appearance-menu.tsx';
import { Brand } from './brand.tsx';

export function Frame({
  skip,
  logo,
  toggle,
  menu,
  sidebar,
  children,
}: {
  /** The text of the link that skips the masthead. */
  skip: string;
  /** Where the brand leads. */
  logo: Omit<MastheadLogoProps, 'children'>;
  /** Opens the sidebar. */
  toggle?: ReactNode;
  menu: ReactNode;
  sidebar?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Page
      {...(sidebar === undefined ? {} : { sidebar })}
      mainContainerId="main"
      skipToContent={
        <SkipToContent
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('main')?.focus();
          }}
        >
          {skip}
        </SkipToContent>
      }
      masthead={
        <Masthead display={{ default: 'inline' }}>
          <MastheadMain>
            {toggle !== undefined && <MastheadToggle>{toggle}</MastheadToggle>}
            <MastheadBrand>
              <MastheadLogo {...logo}>
                <Brand />
              </MastheadLogo>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent>
            <div className="sower-masthead-end">
              <AppearanceMenu />
              {menu}
            </div>
          </MastheadContent>
        </Masthead>
      }
    >
      {children}
    </Page>
  );
}
