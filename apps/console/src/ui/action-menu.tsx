/** The context menu of one row, or the Action menu of many. */
import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { Fragment, useState } from 'react';

export type MenuEntry = {
  label: string;
  onSelect: () => void;
  danger?: boolean;
  /** Why it cannot be chosen now. */
  refused?: string | undefined;
  separated?: boolean;
};

/** What a menu has, and in place of what it has not now, false. */
export type MenuEntries = readonly (MenuEntry | false)[];

/** What takes something away, the last of a menu and apart from the rest. */
export const lastEntry = (label: string, onSelect: () => void, refused?: string): MenuEntry => ({
  ...{ label, onSelect, refused },
  ...{ danger: true, separated: true },
});

export function ActionMenu({
  label,
  entries: given,
  text,
  disabled = false,
}: {
  /** Names the menu for screen readers, including the row it belongs to. */
  label: string;
  entries: MenuEntries;
  /** Shown on the toggle; without it, three dots. */
  text?: string;
  disabled?: boolean;
}) {
  const [open, setOpen] = useState(false);
  /** As long as the window allows, below the button or above it: what is beyond an edge is not found. */
  const [room, setRoom] = useState(0);
  const entries = given.filter((entry) => entry !== false);
  if (entries.length === 0) return null;
  return (
    <Dropdown
      isOpen={open}
      isScrollable
      maxMenuHeight={`${room}px`}
      // Moves the focus into the menu and back; a dialog that follows returns the focus to where it was.
      shouldFocusFirstItemOnOpen
      shouldFocusToggleOnSelect
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end', appendTo: () => document.body }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          isExpanded={open}
          isDisabled={disabled}
          onClick={({ currentTarget }) => {
            const { top, bottom } = currentTarget.getBoundingClientRect();
            setRoom(Math.max(top, window.innerHeight - bottom) - 24);
            setOpen(!open);
          }}
          {...(text === undefined
            ? { variant: 'plain' as const, icon: <EllipsisVIcon />, 'aria-label': label }
            : {})}
        >
          {text}
        </MenuToggle>
      )}
    >
      <DropdownList aria-label={label}>
        {entries.map((entry) => (
          <Fragment key={entry.label}>
            {entry.separated && <Divider component="li" />}
            <DropdownItem
              onClick={entry.onSelect}
              isDanger={entry.danger ?? false}
              isAriaDisabled={entry.refused !== undefined}
              {...(entry.refused === undefined ? {} : { description: entry.refused })}
            >
              {entry.label}
            </DropdownItem>
          </Fragment>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
