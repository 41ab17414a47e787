/** Theme and language, on the log-on page and in the masthead. */
import { Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import CogIcon from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, LANGUAGES } from '../texts/language.ts';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';

export function AppearanceMenu() {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const [theme, setTheme] = useState(chosenTheme);
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
          variant="plain"
          isExpanded={open}
          onClick={() => setOpen(!open)}
          aria-label={t('shell.appearance')}
          icon={<CogIcon />}
        />
      )}
    >
      <DropdownGroup label={t('shell.theme')}>
        <DropdownList>
          {THEMES.map((name) => (
            <DropdownItem
              key={name}
              isSelected={theme === name}
              onClick={() => {
                chooseTheme(name);
                setTheme(name);
              }}
            >
              {t(`shell.themes.${name}`)}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
      <DropdownGroup label={t('shell.language')}>
        <DropdownList>
          {LANGUAGES.map(({ id, name }) => (
            <DropdownItem
              key={id}
              lang={id}
              isSelected={i18n.language === id}
              onClick={() => chooseLanguage(id)}
            >
              {name}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </Dropdown>
  );
}
