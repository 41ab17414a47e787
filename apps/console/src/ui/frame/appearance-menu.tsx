/** Theme and language, on the logon page and in the masthead. */
import { DropdownGroup, DropdownItem, DropdownList } from '@patternfly/react-core';
import CogIcon from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { useState } from 'react';
import { chooseLanguage, offeredLanguages, useLanguage } from '../../texts/language.ts';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { MastheadMenu } from './masthead-menu.tsx';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';

export function AppearanceMenu() {
  const t = useSharedTexts();
  const language = useLanguage();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <MastheadMenu toggle={{ variant: 'plain', 'aria-label': t('shell.appearance'), icon: <CogIcon /> }}>
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
          {offeredLanguages().map(({ id, name }) => (
            <DropdownItem key={id} lang={id} isSelected={language === id} onClick={() => chooseLanguage(id)}>
              {name}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </MastheadMenu>
  );
}
