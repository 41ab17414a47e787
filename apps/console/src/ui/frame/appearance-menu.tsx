/** Theme and language, on the logon page and in the masthead. */
import { DropdownGroup, DropdownItem, DropdownList } from '@patternfly/react-core';
import CogIcon from '@patternfly/react-icons/dist/esm/icons/cog-icon';
import { useState } from 'react';
import { chooseLanguage, offeredLanguages, useLanguage } from '../../texts/language.ts';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { MastheadMenu } from './masthead-menu.tsx';

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

/** Light or dark: the person's choice, or the system's preference. */
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const KEY = 'sower.theme';
const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

function show(): void {
  const theme = chosenTheme();
  const dark = theme === 'dark' || (theme === 'system' && prefersDark().matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
}

export function applyTheme(): void {
  show();
  prefersDark().addEventListener('change', show);
  // Paper is light.
  window.addEventListener('beforeprint', () => document.documentElement.classList.remove('pf-v6-theme-dark'));
  window.addEventListener('afterprint', show);
}

function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  show();
}
