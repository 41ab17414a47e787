/** Masthead, menu and the page in between. */
import {
  DropdownItem,
  DropdownList,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
} from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import { visible } from '@sower/bytes/printable';
import { Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Link, type LinkProps, Outlet, useLocation, useNavigate } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { Frame } from '../ui/frame/frame.tsx';
import { PersonMenu } from '../ui/frame/masthead-menu.tsx';
import { Loading } from '../ui/loaded.tsx';
import { TrailContext } from '../ui/screen.tsx';
import { FindButton } from './find/find-button.tsx';
import { HelpButton } from './help/help-button.tsx';
import { helpOf } from './help/help-of-page.ts';
import { trailOf } from './menu.ts';
import { Navigation } from './navigation.tsx';
import { NotPermitted } from './not-permitted.tsx';
import { lackedFor } from './page-needs.ts';
import { wishSetUp } from './set-up-wish.ts';

const wideScreen = window.matchMedia('(width >= 75rem)');

/** There is room for the menu beside the page. */
function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      wideScreen.addEventListener('change', changed);
      return () => wideScreen.removeEventListener('change', changed);
    },
    () => wideScreen.matches,
  );
}

export function Component() {
  const { t, can, userName, logOff } = useConsole();
  const wide = useWide();
  // Each width has its own: a menu that lies over a narrow page says nothing about the one beside a wide page.
  const [openBeside, setOpenBeside] = useState(true);
  const [openOver, setOpenOver] = useState(false);
  const open = wide ? openBeside : openOver;
  const setOpen = wide ? setOpenBeside : setOpenOver;
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const lacked = lackedFor(pathname, can);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the menu closes when the page changes
  useEffect(() => {
    setOpenOver(false);
    document.getElementById('main')?.scrollTo(0, 0);
  }, [pathname]);
  useEffect(() => {
    const main = document.getElementById('main');
    const close = (): void => setOpenOver(false);
    main?.addEventListener('mousedown', close);
    return () => main?.removeEventListener('mousedown', close);
  }, []);
  return (
    <Frame
      skip={t('shell.skip')}
      logo={{ component: (props: Omit<LinkProps, 'to'>) => <Link {...props} to="/" /> }}
      toggle={
        <PageToggleButton
          variant="plain"
          aria-label={t('menu.name')}
          isSidebarOpen={open}
          onSidebarToggle={() => setOpen(!open)}
          id="menu-toggle"
        >
          <BarsIcon />
        </PageToggleButton>
      }
      menu={
        <>
          <FindButton />
          <HelpButton />
          <PersonMenu name={visible(userName)} label={t('shell.person', { userName })}>
            <DropdownList>
              {can('settings:edit') && (
                <DropdownItem
                  onClick={() => {
                    wishSetUp('shown');
                    void navigate('/');
                  }}
                >
                  {t('setUp.show')}
                </DropdownItem>
              )}
              <DropdownItem
                component="a"
                href={`/console${helpOf(pathname)}`}
                target="_blank"
                rel="noreferrer"
              >
                {t('help.title')}
              </DropdownItem>
              <DropdownItem onClick={() => void navigate('/about')}>{t('about.title')}</DropdownItem>
              <DropdownItem onClick={() => void navigate('/log-on')}>{t('ownLogOn.title')}</DropdownItem>
              <DropdownItem onClick={() => void logOff()}>{t('session.logOff')}</DropdownItem>
            </DropdownList>
          </PersonMenu>
        </>
      }
      sidebar={
        // The page's own class for this follows the width a quarter of a second later.
        <PageSidebar isSidebarOpen={open} id="menu" className={openOver && !wide ? 'pf-m-expanded' : ''}>
          <PageSidebarBody>
            <Navigation />
          </PageSidebarBody>
        </PageSidebar>
      }
    >
      <Suspense fallback={<Loading />}>
        {/* Nothing that was typed, opened or handed over on the page of one thing is taken along to that of the next. */}
        <TrailContext value={(page) => trailOf(t, page)}>
          {lacked === undefined ? <Outlet key={pathname} /> : <NotPermitted permission={lacked} />}
        </TrailContext>
      </Suspense>
    </Frame>
  );
}
