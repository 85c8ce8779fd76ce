import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi } from './api/api.ts';
import { App } from './app/app.tsx';
import { showTheme } from './app/theme.ts';
import './i18n/i18n.ts';
import './styles/tokens.css';
import './styles/base.css';

showTheme();

const api = createApi();
addEventListener('error', ({ error }) => api.broke('other', error));
addEventListener('unhandledrejection', ({ reason }) => api.broke('other', reason));

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App api={api} />
    </StrictMode>,
  );
