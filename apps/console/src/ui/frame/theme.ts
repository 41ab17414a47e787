/** Light or dark: the person's choice, or the system's preference. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'sower.theme';
const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function applyTheme(): void {
  const show = (): void => {
    const theme = chosenTheme();
    const dark = theme === 'dark' || (theme === 'system' && prefersDark().matches);
    document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
  };
  show();
  prefersDark().addEventListener('change', show);
  // Paper is light.
  window.addEventListener('beforeprint', () => document.documentElement.classList.remove('pf-v6-theme-dark'));
  window.addEventListener('afterprint', show);
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  const dark = theme === 'dark' || (theme === 'system' && prefersDark().matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
}
