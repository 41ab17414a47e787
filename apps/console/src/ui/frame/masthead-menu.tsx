/** A menu at the end of the masthead. */
import { Dropdown, MenuToggle, type MenuToggleProps } from '@patternfly/react-core';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { type ReactNode, useState } from 'react';

export function MastheadMenu({
  toggle,
  movesFocus = true,
  children,
}: {
  toggle: Pick<MenuToggleProps, 'variant' | 'icon' | 'aria-label' | 'className' | 'children'>;
  /** Moves the focus into the menu and back, unless the next page takes it. */
  movesFocus?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      shouldFocusFirstItemOnOpen={movesFocus}
      shouldFocusToggleOnSelect={movesFocus}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end' }}
      toggle={(ref) => <MenuToggle {...toggle} ref={ref} isExpanded={open} onClick={() => setOpen(!open)} />}
    >
      {children}
    </Dropdown>
  );
}

/** The menu of the person who is logged on. @param label names it for screen readers */
export function PersonMenu({
  name,
  label,
  movesFocus = true,
  children,
}: {
  name: string;
  label: string;
  movesFocus?: boolean;
  children: ReactNode;
}) {
  return (
    <MastheadMenu
      movesFocus={movesFocus}
      toggle={{
        icon: <UserIcon />,
        'aria-label': label,
        className: 'sower-person',
        children: <span className="sower-person-name">{name}</span>,
      }}
    >
      {children}
    </MastheadMenu>
  );
}
