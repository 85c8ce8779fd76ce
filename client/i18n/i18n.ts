import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { door, type Words } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Words };
  }
}

// English is the only language so far; another one is another entry here, and the browser's choice of `lng`.
void i18next.use(initReactI18next).init({
  lng: 'en',
  resources: { en: { translation: door } },
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});

export { i18next };
