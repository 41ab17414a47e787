/** Masthead and the page below it. No menu: there is one place to go. */
import {
  Dropdown,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MenuToggle,
  Page,
  SkipToContent,
} from '@patternfly/react-core';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { type ReactNode, useState } from 'react';
import { AppearanceMenu } from '../shell/appearance-menu.tsx';
import { Brand } from '../shell/brand.tsx';
import { usePerson } from './use-person.ts';
import { useTexts } from './use-texts.ts';

export function Frame({
  bare = false,
  onGo,
  onLeave,
  children,
}: {
  /** Nothing but the way out. */
  bare?: boolean;
  /** To a page of the person's menu. */
  onGo?: (to: string) => void;
  /** Before the session is closed: whoever logs on next begins at the beginning. */
  onLeave?: () => void;
  children: ReactNode;
}) {
  const t = useTexts();
  return (
    <Page
      mainContainerId="main"
      skipToContent={
        <SkipToContent
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('main')?.focus();
          }}
        >
          {t('skip')}
        </SkipToContent>
      }
      masthead={
        <Masthead display={{ default: 'inline' }}>
          <MastheadMain>
            <MastheadBrand>
              <MastheadLogo component={bare ? 'span' : 'a'} {...(bare ? {} : { href: '/self-service/' })}>
                <Brand />
              </MastheadLogo>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent>
            <div className="sower-masthead-end">
              <AppearanceMenu />
              <PersonMenu onGo={bare ? undefined : onGo} onLeave={onLeave} />
            </div>
          </MastheadContent>
        </Masthead>
      }
    >
      {children}
    </Page>
  );
}

function PersonMenu({
  onGo,
  onLeave,
}: {
  onGo: ((to: string) => void) | undefined;
  onLeave: (() => void) | undefined;
}) {
  const t = useTexts();
  const { session, logOff } = usePerson();
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<UserIcon />}
          aria-label={t('person', { userId: session.userId })}
          className="sower-person"
        >
          <span className="sower-person-name">{session.userId}</span>
        </MenuToggle>
      )}
    >
      <DropdownList>
        {onGo && <DropdownItem onClick={() => onGo('/sessions')}>{t('sessions.title')}</DropdownItem>}
        {onGo && <DropdownItem onClick={() => onGo('/password')}>{t('changePassword')}</DropdownItem>}
        <DropdownItem
          onClick={() => {
            onLeave?.();
            void logOff();
          }}
        >
          {t('logOff')}
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
