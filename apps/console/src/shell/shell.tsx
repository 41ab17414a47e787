/** Masthead, menu and the page in between. */
import {
  DropdownItem,
  DropdownList,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
} from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import OutlinedQuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/outlined-question-circle-icon';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import type { Permission } from '@sower/api/permissions';
import { visible } from '@sower/bytes/printable';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { type LinkProps, Outlet, useLocation, useNavigate } from 'react-router';
import { usePermissionWords } from '../api/permission-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Frame } from '../ui/frame/frame.tsx';
import { PersonMenu } from '../ui/frame/masthead-menu.tsx';
import { TrailContext } from '../ui/frame/trail.ts';
import { Link, MayOpenContext } from '../ui/link.tsx';
import { Loading } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { helpOf } from './help/help-of-page.ts';
import { trailOf } from './menu.ts';
import { Navigation } from './navigation.tsx';
import { lackedFor } from './page-needs.ts';
import { chooseSetUp } from './set-up-choice.ts';

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
                    chooseSetUp('shown');
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
          <MayOpenContext value={(page) => lackedFor(page, can) === undefined}>
            {lacked === undefined ? <Outlet key={pathname} /> : <NotPermitted permission={lacked} />}
          </MayOpenContext>
        </TrailContext>
      </Suspense>
    </Frame>
  );
}

/** Instead of a page: which permission is missing, and who has it. */
function NotPermitted({ permission }: { permission: Permission }) {
  const t = useTexts();
  const words = usePermissionWords();
  return (
    <Screen title={t('whoCan.notPermitted')} trail={[]}>
      <Alert variant="warning" title={t('whoCan.needs', { permission: words(permission) })}>
        <p>{t('whoCan.askAnybody')}</p>
        <Link to={`/who-can?permission=${permission}`} otherwise={null}>
          {t('whoCan.link')}
        </Link>
      </Alert>
    </Screen>
  );
}

/** Help for the page that is shown: a link in the masthead, and the key `?`. In a tab of its own, so that nothing that was typed is lost. */
function HelpButton() {
  const t = useTexts();
  const { pathname } = useLocation();
  const address = `/console${helpOf(pathname)}`;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target as HTMLElement;
      // Where text is typed it is a character.
      if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
      event.preventDefault();
      window.open(address, '_blank', 'noopener');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [address]);
  return (
    <Button
      component="a"
      variant="plain"
      className="sower-help-button"
      icon={<OutlinedQuestionCircleIcon />}
      aria-label={t('help.open')}
      aria-keyshortcuts="Shift+?"
      href={address}
      target="_blank"
      rel="noreferrer"
    />
  );
}

const FindWindow = lazy(() => import('./find-window.tsx'));

/** Find anything: a button of the masthead, and Ctrl-K (Cmd-K) on every page. */
function FindButton() {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      // A window that is open already has the keyboard, and may have something unsaved.
      if (document.querySelector('[role=dialog]') === null) setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button
        variant="plain"
        icon={<SearchIcon />}
        aria-label={t('find.open')}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      />
      {open && (
        <Suspense>
          <FindWindow onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
