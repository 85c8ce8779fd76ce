import { admin } from './enAdmin.ts';
import { i18next } from './i18n.ts';

i18next.addResourceBundle('en', 'translation', { admin }, true, true);
