/** The Security Console's first file: what must hold before anything else, then the tree. */
import '@patternfly/react-core/dist/styles/base.css';
import './console.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { connect } from './api/connection.ts';
import { ConnectionContext } from './api/use-api.ts';
import { browserRouter } from './routes.tsx';
import { SessionProvider } from './session/session-provider.tsx';
import { applyTheme } from './shell/theme.ts';
import { startTexts } from './texts/start-texts.ts';
import { NoticeProvider } from './ui/notices.tsx';

applyTheme();
await startTexts();

const connection = connect(undefined, () => i18next.language);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// What is shown holds sentences of the server, in the language it was asked in.
i18next.on('languageChanged', () => void queries.invalidateQueries());

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ConnectionContext value={connection}>
      <QueryClientProvider client={queries}>
        <NoticeProvider>
          <SessionProvider>
            <RouterProvider router={browserRouter()} />
          </SessionProvider>
        </NoticeProvider>
      </QueryClientProvider>
    </ConnectionContext>
  </StrictMode>,
);
