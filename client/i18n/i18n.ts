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
  // React escapes. A name that runs from right to left must not turn the sentence around it.
  interpolation: { escapeValue: true, escape: isolated },
  initAsync: false,
});

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function isolated(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

export { i18next };
