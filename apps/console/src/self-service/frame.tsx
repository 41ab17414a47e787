/** Masthead and the page below it. No menu: there is one place to go. */
import { DropdownItem, DropdownList } from '@patternfly/react-core';
import { visible } from '@sower/bytes/printable';
import type { ReactNode } from 'react';
import { Frame as MastheadFrame } from '../ui/frame/frame.tsx';
import { PersonMenu } from '../ui/frame/masthead-menu.tsx';
import { usePerson, useTexts } from './use-person.ts';

export function Frame({
  bare = false,
  onGo,
  onLeave,
  children,
}: {
  /** Only the way out. */
  bare?: boolean;
  /** To a page of the user's menu. */
  onGo?: (to: string) => void;
  /** Before the session is closed: anyone who logs on next starts at the beginning. */
  onLeave?: () => void;
  children: ReactNode;
}) {
  const t = useTexts();
  const { session, logOff } = usePerson();
  const go = bare ? undefined : onGo;
  return (
    <MastheadFrame
      skip={t('skip')}
      logo={bare ? { component: 'span' } : { component: 'a', href: '/self-service/' }}
      menu={
        // The next page takes the focus itself.
        <PersonMenu
          name={visible(session.userId)}
          label={t('person', { userId: session.userId })}
          movesFocus={false}
        >
          <DropdownList>
            {go && <DropdownItem onClick={() => go('/sessions')}>{t('sessions.title')}</DropdownItem>}
            {go && <DropdownItem onClick={() => go('/mail')}>{t('mailLanguage.title')}</DropdownItem>}
            {go && <DropdownItem onClick={() => go('/password')}>{t('changePassword')}</DropdownItem>}
            <DropdownItem
              onClick={() => {
                onLeave?.();
                void logOff();
              }}
            >
              {t('logOff')}
            </DropdownItem>
          </DropdownList>
        </PersonMenu>
      }
    >
      {children}
    </MastheadFrame>
  );
}
