export type Theme = 'system' | 'light' | 'dark';

const key = 'durableflow-theme';

/** The theme that was chosen in this browser; without a choice the system's. */
export function chosenTheme(): Theme {
  const theme = localStorage.getItem(key);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Shows the page in a theme and keeps the choice. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(key, theme);
    document.documentElement.dataset['theme'] = theme;
  }
}
