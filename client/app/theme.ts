import { browserStorage } from '../api/storage.ts';

/** Day, night, or as the device says. */
export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storage = browserStorage();
const key = 'minuet.theme';

/** The theme that was chosen on this device. */
export function readTheme(): Theme {
  const kept = storage.getItem(key);
  return themes.find((theme) => theme === kept) ?? 'auto';
}

/** Chooses a theme for this device and shows it. */
export function setTheme(theme: Theme): void {
  storage.setItem(key, theme);
  showTheme();
}

/** Shows the chosen theme; with `auto` the device's. */
export function showTheme(): void {
  const theme = readTheme();
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
