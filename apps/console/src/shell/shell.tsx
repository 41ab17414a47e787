/** Masthead, menu and the page in between. */
import {
  Dropdown,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
} from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { Suspense, useEffect, useState } from 'react';
import { Link, type LinkProps, Outlet, useLocation, useNavigate } from 'react-router';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Loading } from '../ui/loaded.tsx';
import { AppearanceMenu } from './appearance-menu.tsx';
import { Brand } from './brand.tsx';
import { Navigation } from './navigation.tsx';
import { NotPermitted } from './not-permitted.tsx';
import { neededFor } from './page-needs.ts';

const WIDE = 1200;

export function Component() {
  const t = useTexts();
  const [wide, setWide] = useState(() => window.innerWidth >= WIDE);
  const [open, setOpen] = useState(wide);
  const { pathname } = useLocation();
  const { can } = useSession();
  const needed = neededFor(pathname);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the menu closes when the page changes
  useEffect(() => {
    if (window.innerWidth < WIDE) setOpen(false);
    document.getElementById('main')?.scrollTo(0, 0);
  }, [pathname]);
  useEffect(() => {
    const main = document.getElementById('main');
    const close = (): void => {
      if (window.innerWidth < WIDE) setOpen(false);
    };
    main?.addEventListener('mousedown', close);
    return () => main?.removeEventListener('mousedown', close);
  }, []);
  return (
    <Page
      mainContainerId="main"
      // A menu that was beside the content must not lie over it when the window becomes narrow.
      onPageResize={() => {
        const now = window.innerWidth >= WIDE;
        if (now === wide) return;
        setWide(now);
        setOpen(now);
      }}
      skipToContent={
        <SkipToContent
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('main')?.focus();
          }}
        >
          {t('shell.skip')}
        </SkipToContent>
      }
      masthead={
        <Masthead display={{ default: 'inline' }}>
          <MastheadMain>
            <MastheadToggle>
              <PageToggleButton
                variant="plain"
                aria-label={t('menu.name')}
                isSidebarOpen={open}
                onSidebarToggle={() => setOpen(!open)}
                id="menu-toggle"
              >
                <BarsIcon />
              </PageToggleButton>
            </MastheadToggle>
            <MastheadBrand>
              <MastheadLogo component={(props: Omit<LinkProps, 'to'>) => <Link {...props} to="/" />}>
                <Brand />
              </MastheadLogo>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent>
            <div className="sower-masthead-end">
              <AppearanceMenu />
              <PersonMenu />
            </div>
          </MastheadContent>
        </Masthead>
      }
      sidebar={
        <PageSidebar isSidebarOpen={open} id="menu">
          <PageSidebarBody>
            <Navigation />
          </PageSidebarBody>
        </PageSidebar>
      }
    >
      <Suspense fallback={<Loading />}>
        {needed === undefined || can(needed) ? <Outlet /> : <NotPermitted permission={needed} />}
      </Suspense>
    </Page>
  );
}

function PersonMenu() {
  const t = useTexts();
  const { userName, logOff } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      shouldFocusFirstItemOnOpen
      shouldFocusToggleOnSelect
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<UserIcon />}
          aria-label={t('shell.person', { userName })}
          className="sower-person"
        >
          <span className="sower-person-name">{userName}</span>
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => void navigate('/log-on')}>{t('ownLogOn.title')}</DropdownItem>
        <DropdownItem onClick={() => void logOff()}>{t('session.logOff')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
