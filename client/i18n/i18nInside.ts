import { inside } from './enInside.ts';
import { i18next } from './i18n.ts';

i18next.addResourceBundle('en', 'translation', inside, true, true);
